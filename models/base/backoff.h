// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstdint>
#include <random>

namespace heartline {

/// Waits of 1, 2, 4 … 60 s between tries, each shortened by up to a fifth at random so that many
/// clients do not come back in the same instant. `unit` scales it for clocks that run faster.
class Backoff {
public:
    explicit Backoff(std::uint64_t seed, Nanoseconds unit = 1s, int maxUnits = 60);
    [[nodiscard]] Nanoseconds next();
    void reset() { m_tries = 0; }

private:
    std::minstd_rand m_random;
    Nanoseconds m_unit;
    int m_maxUnits;
    int m_tries = 0;
};

} // namespace heartline
