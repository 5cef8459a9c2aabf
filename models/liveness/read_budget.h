// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <algorithm>
#include <optional>

namespace heartline::liveness {

/// How many requests a registry may be sent: 2 a second, 20 a second while confirmations are due,
/// 20 at once at the most. After a 429 nothing for a while, and then half as many, which double
/// again each half minute, and grow with each good answer: so what is allowed is found out.
class ReadBudget {
public:
    /// Requests a second while confirmations are due.
    static constexpr double kConfirmingRate = 20;

    /// True when a request may go now; it is then counted.
    [[nodiscard]] bool take(MonoTime now, bool confirming);
    /// Counts a request that went without asking.
    void spend(MonoTime now);
    [[nodiscard]] bool isPaused(MonoTime now) const { return now < m_pausedUntil; }
    /// Time between two requests, at least, where many follow each other.
    [[nodiscard]] Nanoseconds pace(MonoTime now) const { return fromSeconds(1 / ceiling(now)); }
    /// Less is allowed than is usually spent, or may be.
    [[nodiscard]] bool isScarce(MonoTime now) const {
        return m_limitedAt && (ceiling(now) < kRate || now - *m_limitedAt < kDoubted);
    }
    void limited(MonoTime now, Nanoseconds pause);
    /// A good answer came.
    void worked() { m_ceiling = std::min(kConfirmingRate, m_ceiling * kGrowth); }

private:
    void refill(MonoTime now, double rate);
    /// Requests a second that are thought to be allowed.
    [[nodiscard]] double ceiling(MonoTime now) const;

    static constexpr double kRate = 2;
    static constexpr double kLeastRate = 1.0 / 12;
    static constexpr Nanoseconds kDoubted = std::chrono::minutes(1);
    static constexpr double kGrowth = 1.1;
    static constexpr double kBurst = 20;
    static constexpr double kBurstSeconds = 10; ///< of what is allowed, where that is less
    double m_tokens = kBurst;
    double m_ceiling = kConfirmingRate;
    MonoTime m_last;
    std::optional<MonoTime> m_limitedAt;
    MonoTime m_pausedUntil;
};

} // namespace heartline::liveness
