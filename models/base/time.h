// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace heartline {

using namespace std::chrono_literals;
using Nanoseconds = std::chrono::nanoseconds;

/// A point in UTC, on some machine's clock (a registry's, or ours).
using UtcTime = std::chrono::sys_time<Nanoseconds>;

/// Tag of this machine's monotonic clock; only Clock::mono() makes its time points.
struct MonoClock {
    using duration = Nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<MonoClock, duration>;
    static constexpr bool is_steady = true;
};
using MonoTime = MonoClock::time_point;

[[nodiscard]] constexpr double toSeconds(Nanoseconds d) {
    return std::chrono::duration<double>(d).count();
}

[[nodiscard]] constexpr Nanoseconds fromSeconds(double s) {
    return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(s));
}

} // namespace heartline
