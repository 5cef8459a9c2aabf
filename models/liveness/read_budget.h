// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

namespace heartline::liveness {

/// How many requests a registry may be sent: 2 a second, 20 a second while confirmations are due,
/// 20 at once at the most. After a 429 nothing for a while.
class ReadBudget {
public:
    /// Requests a second while confirmations are due.
    static constexpr double kConfirmingRate = 20;

    /// True when a request may go now; it is then counted.
    [[nodiscard]] bool take(MonoTime now, bool confirming);
    /// Counts a request that went without asking.
    void spend(MonoTime now);
    [[nodiscard]] bool isPaused(MonoTime now) const { return now < m_pausedUntil; }
    void limited(MonoTime now, Nanoseconds pause) { m_pausedUntil = now + pause; }

private:
    void refill(MonoTime now, double rate);

    static constexpr double kRate = 2;
    static constexpr double kBurst = 20;
    double m_tokens = kBurst;
    MonoTime m_last;
    MonoTime m_pausedUntil;
};

} // namespace heartline::liveness
