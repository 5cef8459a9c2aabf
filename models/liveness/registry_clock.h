// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <optional>

namespace heartline::liveness {

/// A registry's clock seen from ours: its UTC = our monotonic time + offset, the offset known to
/// lie within bounds. Our wall clock plays no part, so it may step as it likes.
///
/// Each observation is a pair of bounds; they are intersected, widened by drift as they age, and
/// an observation that contradicts what is known replaces it (the registry's clock was set).
/// Evidence has ranks, and a higher one replaces a lower: our own clock with a wide margin, stamps
/// of events that were heard live, `Date` headers.
class RegistryClock {
public:
    enum class Rank { None, OwnClock, Events, Date };

    [[nodiscard]] bool isKnown() const { return m_rank != Rank::None; }
    [[nodiscard]] Rank rank() const { return m_rank; }

    /// Where nothing else is known, the registry's clock is taken to be ours, give or take
    /// kOwnClockMargin, so that nobody stays unjudged for ever.
    void assumeOwnClock(UtcTime utc, MonoTime at);

    /// A `Date` header, cut to whole seconds, of an answer that was asked for and came at these
    /// times.
    void observeDate(UtcTime date, MonoTime sentAt, MonoTime receivedAt);
    /// An event stamped by the registry: it lay in the past when it came. Without any `Date` a
    /// stamp also tells the time, as events come within kEventDelay; such as contradict count only
    /// when for kContradictionSpan none came that did not, and they agree.
    void observeEvent(UtcTime stamp, MonoTime receivedAt);

    static constexpr Nanoseconds kOwnClockMargin = std::chrono::seconds(120);
    static constexpr Nanoseconds kEventDelay = std::chrono::seconds(5);
    static constexpr Nanoseconds kContradictionSpan = std::chrono::seconds(25);

    /// Bounds of the registry's time at a moment. Only when known.
    [[nodiscard]] UtcTime earliest(MonoTime at) const;
    [[nodiscard]] UtcTime latest(MonoTime at) const;
    /// The middle of the bounds.
    [[nodiscard]] UtcTime estimate(MonoTime at) const;
    /// Half the distance of the bounds.
    [[nodiscard]] Nanoseconds uncertainty(MonoTime at) const;

private:
    void intersect(Nanoseconds low, Nanoseconds high, MonoTime at);
    void replace(Rank rank, Nanoseconds low, Nanoseconds high, MonoTime at);
    void observeEventWithoutDate(Nanoseconds low, MonoTime at);
    [[nodiscard]] Nanoseconds drift(MonoTime at) const;

    Rank m_rank = Rank::None;
    /// Since when all events contradict, and what the last of them said.
    std::optional<MonoTime> m_contradictedSince;
    Nanoseconds m_contradicting{};
    Nanoseconds m_low{};
    Nanoseconds m_high{};
    MonoTime m_measuredAt;
};

} // namespace heartline::liveness
