// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

namespace heartline::liveness {

/// How far a foreign clock is ahead of our monotonic one, as one kind of evidence tells: bounds
/// that observations narrow, and that widen by drift as they age. What contradicts takes over only
/// when three in a row agree, and nothing confirmed the bounds for kTrusted, or ever, while they
/// agreed over some time: a single answer, or one of two clocks that answer in turn, never does.
class OffsetBounds {
public:
    /// `pace`: 1 at the network's own, 0.1 where all is ten times as fast.
    explicit OffsetBounds(double pace = 1);

    /// At `at` it was no less than `low` and no more than `high`.
    void observe(Nanoseconds low, Nanoseconds high, MonoTime at);

    [[nodiscard]] bool isKnown() const { return m_known; }
    [[nodiscard]] Nanoseconds low(MonoTime at) const { return m_now.low - drift(at - m_now.at); }
    [[nodiscard]] Nanoseconds high(MonoTime at) const { return m_now.high + drift(at - m_now.at); }
    /// Several observations agreed, over some time: no single one of them made it up.
    [[nodiscard]] bool isSettled() const;
    /// They did so for trusted(), and none came that did not.
    [[nodiscard]] bool isUnanimous() const;
    /// An observation would agree.
    [[nodiscard]] bool fits(Nanoseconds low, Nanoseconds high, MonoTime at) const;
    /// When what is known began to be. Only when known.
    [[nodiscard]] MonoTime since() const { return m_since; }
    /// The last observation that fitted. Only when known.
    [[nodiscard]] MonoTime confirmedAt() const { return m_now.at; }
    /// When what contradicted last took over; MonoTime::min() before it ever did.
    [[nodiscard]] MonoTime tookOverAt() const { return m_tookOverAt; }

    /// Nothing fitted since the last that did not: it may have been set.
    [[nodiscard]] bool isDoubted() const { return m_known && m_contradictedAt > m_now.at; }
    /// When that began. Only while it is doubted.
    [[nodiscard]] MonoTime doubtedSince() const { return m_doubtedSince; }

    /// What was confirmed within that time is not thrown over.
    [[nodiscard]] Nanoseconds trusted() const { return m_trusted; }

    /// How far a clock may go wrong in such a time; nothing for one to come.
    [[nodiscard]] static Nanoseconds drift(Nanoseconds time);

private:
    struct Bounds {
        Nanoseconds low{};
        Nanoseconds high{};
        MonoTime at;
    };
    /// False, and nothing changes, where they contradict.
    [[nodiscard]] static bool narrow(Bounds &bounds, const Bounds &by);

    Nanoseconds m_trusted;
    Nanoseconds m_settledAfter;
    bool m_known = false;
    Bounds m_now;
    int m_confirmations = 0;
    MonoTime m_since;
    bool m_disputed = false;
    Bounds m_contrary;
    MonoTime m_contrarySince;
    int m_contraries = 0; // in a row that agree
    MonoTime m_contradictedAt = MonoTime::min();
    MonoTime m_tookOverAt = MonoTime::min();
    MonoTime m_doubtedSince;
};

} // namespace heartline::liveness
