// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/retry_pace.h"

namespace heartline::liveness {

namespace {
constexpr auto kEager = std::chrono::minutes(1);
} // namespace

Nanoseconds retryPace(Nanoseconds since, std::minstd_rand &random) {
    const double unit = std::uniform_real_distribution<double>(0, 1)(random);
    return since < kEager ? fromSeconds(0.8 + 0.4 * unit) : fromSeconds(7 + 2.5 * unit);
}

} // namespace heartline::liveness
