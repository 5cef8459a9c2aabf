// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/offset_bounds.h"

#include <optional>

namespace heartline::liveness {

/// What a moment's place in time rests on, the weakest first.
enum class ClockRank {
    None,
    OwnClock, ///< that the registry's clock is about ours; or a date that contradicts that
    Date,     ///< `Date` headers: perhaps those of a proxy
    Stamps,   ///< stamps that were made while we listened or between two reads
    Firm,     ///< no clock at all
};

/// A registry's clock seen from our monotonic one; our wall clock plays no part once anything else
/// is known, so it may step as it likes. It serves first sight only: where a stamp stands alone,
/// and to narrow what is known without it.
///
/// Evidence is ranked. Stamps that came while we listened bound the clock from both sides; `Date`
/// narrows that where it agrees, and is left aside where it does not, as a proxy has its own.
class RegistryClock {
public:
    struct Span {
        MonoTime earliest;
        MonoTime latest;
    };

    /// `pace`: 1 at the network's own, 0.1 where all is ten times as fast.
    explicit RegistryClock(double pace = 1) : m_pace(pace), m_date(pace), m_stamps(pace) {}

    [[nodiscard]] bool isKnown() const { return m_own || m_date.isKnown() || m_stamps.isKnown(); }
    /// Of the best evidence that serves at that time.
    [[nodiscard]] ClockRank rank(MonoTime at) const;

    /// Where nothing else is known, the registry's clock is taken to be ours, give or take
    /// kOwnClockMargin, so that nobody stays unjudged for ever.
    void assumeOwnClock(UtcTime utc, MonoTime at);
    /// A `Date` header, cut to whole seconds, of an answer that was asked for and came at these
    /// times.
    void observeDate(UtcTime date, MonoTime sentAt, MonoTime receivedAt);
    /// An event that was heard live: stamped before it came, and kEventDelay before at the most.
    void observeEvent(UtcTime stamp, MonoTime receivedAt);
    /// A stamp of a record, cut to whole seconds, that was made between these times.
    void observeStamp(UtcTime wholeSecond, MonoTime earliest, MonoTime latest);
    /// A record shows what was heard live then: it was not made up.
    void confirmEvent(UtcTime stamp, MonoTime receivedAt);
    /// The stamps contradict what else is known, and no record has shown one of them yet.
    [[nodiscard]] bool wantsRecord(MonoTime at) const;

    /// When its clock showed a time in [first, last], as it goes at `now`. Nothing when unknown.
    [[nodiscard]] std::optional<Span> when(UtcTime first, UtcTime last, MonoTime now) const;
    /// The middle of what it may show at a moment. Only when known.
    [[nodiscard]] UtcTime estimate(MonoTime at) const;
    /// Half the distance of these bounds.
    [[nodiscard]] Nanoseconds uncertainty(MonoTime at) const;
    /// When it was last found to have been set, by evidence of the kind that serves at `at`;
    /// MonoTime::min() before.
    [[nodiscard]] MonoTime setAt(MonoTime at) const;

    /// Stamps serve at `at`, and one that came since `since` fitted.
    [[nodiscard]] bool heardSince(MonoTime since, MonoTime at) const;
    /// What serves at `at` was contradicted by the last evidence of its kind; or dates were, since
    /// stamps last fitted. Stamps that do not serve doubt no dates.
    [[nodiscard]] bool isDoubted(MonoTime at) const;

    /// Dates tell that it was set since `since`, and no stamp has come to confirm or deny that.
    [[nodiscard]] bool datesTellSet(MonoTime since) const;
    /// When stamps last told that it was set, where dates agree; MonoTime::min() otherwise.
    [[nodiscard]] MonoTime bothSetAt(MonoTime at) const;
    /// It was set since `since`, or may just have been: stamps of before do not compare with those
    /// of now.
    [[nodiscard]] bool mayHaveBeenSet(MonoTime since, MonoTime at) const {
        return setAt(at) >= since || isDoubted(at);
    }

    /// A clock that nothing spoke for in that time may have been set since; at the network's pace.
    static constexpr Nanoseconds kVouchedFor = std::chrono::minutes(10);
    static constexpr Nanoseconds kOwnClockMargin = std::chrono::seconds(120);
    /// Real time: what the line takes.
    static constexpr Nanoseconds kEventDelay = std::chrono::seconds(5);
    /// A stamp tells of the clock only when it is known as well as that; at the network's pace.
    static constexpr Nanoseconds kTellingWindow = std::chrono::seconds(12);

    [[nodiscard]] Nanoseconds vouchedFor() const { return paced(kVouchedFor); }

private:
    struct Offset {
        Nanoseconds low{};
        Nanoseconds high{};
    };
    [[nodiscard]] Offset offset(MonoTime at) const;
    [[nodiscard]] std::optional<Offset> withoutStamps(MonoTime at) const;
    [[nodiscard]] bool stampsServe(MonoTime at) const;
    [[nodiscard]] bool datesAgree(MonoTime at) const;
    [[nodiscard]] bool stampsFit(MonoTime at) const;
    [[nodiscard]] bool isShown() const { return m_shownSince == m_stamps.since(); }

    [[nodiscard]] Nanoseconds paced(Nanoseconds time) const {
        return fromSeconds(toSeconds(time) * m_pace);
    }

    double m_pace;
    std::optional<Offset> m_own;
    OffsetBounds m_date;
    OffsetBounds m_stamps;
    /// Since when stamps agree of which a record showed one.
    std::optional<MonoTime> m_shownSince;
};

} // namespace heartline::liveness
