// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/read_budget.h"

#include <algorithm>

namespace heartline::liveness {

bool ReadBudget::take(MonoTime now, bool confirming) {
    if (now < m_pausedUntil)
        return false;
    const double rate = confirming ? kConfirmingRate : kRate;
    m_tokens =
        std::min(kBurst, m_tokens + rate * toSeconds(std::max<Nanoseconds>(now - m_last, 0ns)));
    m_last = std::max(now, m_last);
    if (m_tokens < 1)
        return false;
    m_tokens -= 1;
    return true;
}

} // namespace heartline::liveness
