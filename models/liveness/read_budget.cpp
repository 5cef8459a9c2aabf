// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/read_budget.h"

#include <algorithm>

namespace heartline::liveness {

void ReadBudget::refill(MonoTime now, double rate) {
    m_tokens =
        std::min(kBurst, m_tokens + rate * toSeconds(std::max<Nanoseconds>(now - m_last, 0ns)));
    m_last = std::max(now, m_last);
}

bool ReadBudget::take(MonoTime now, bool confirming) {
    if (now < m_pausedUntil)
        return false;
    refill(now, confirming ? kConfirmingRate : kRate);
    if (m_tokens < 1)
        return false;
    m_tokens -= 1;
    return true;
}

void ReadBudget::spend(MonoTime now) {
    refill(now, kRate);
    m_tokens = std::max(m_tokens - 1, 0.0);
}

} // namespace heartline::liveness
