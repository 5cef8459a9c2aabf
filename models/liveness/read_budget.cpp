// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/read_budget.h"

#include <algorithm>
#include <cmath>

namespace heartline::liveness {

namespace {
constexpr double kDoublesIn = 30; // seconds
} // namespace

double ReadBudget::ceiling(MonoTime now) const {
    if (!m_limitedAt)
        return kConfirmingRate;
    const double since = toSeconds(std::max<Nanoseconds>(now - *m_limitedAt, 0ns));
    return std::min(kConfirmingRate, m_ceiling * std::exp2(std::min(since / kDoublesIn, 16.0)));
}

void ReadBudget::refill(MonoTime now, double rate) {
    const double allowed = ceiling(now);
    const double most = std::clamp(allowed * kBurstSeconds, 1.0, kBurst);
    const double since = toSeconds(std::max<Nanoseconds>(now - m_last, 0ns));
    m_tokens = std::min(most, m_tokens + std::min(rate, allowed) * since);
    m_last = std::max(now, m_last);
}

void ReadBudget::limited(MonoTime now, Nanoseconds pause) {
    m_ceiling = std::max(ceiling(now) / 2, kLeastRate);
    m_limitedAt = now;
    m_pausedUntil = now + pause;
    m_tokens = 1; // which finds out whether it was long enough
    m_last = m_pausedUntil;
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
