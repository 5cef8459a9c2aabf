// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/backoff.h"

#include <algorithm>

namespace heartline {

Backoff::Backoff(std::uint64_t seed, Nanoseconds unit, int maxUnits)
    : m_random(static_cast<std::minstd_rand::result_type>(seed)), m_unit(unit),
      m_maxUnits(maxUnits) {}

Nanoseconds Backoff::next() {
    const int units = std::min(m_maxUnits, 1 << std::min(m_tries, 16));
    ++m_tries;
    const double jitter = std::uniform_real_distribution<double>(0.8, 1.0)(m_random);
    return fromSeconds(toSeconds(m_unit) * units * jitter);
}

} // namespace heartline
