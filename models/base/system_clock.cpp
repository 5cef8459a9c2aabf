// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/system_clock.h"

namespace heartline {

MonoTime SystemClock::mono() const {
    return MonoTime(std::chrono::duration_cast<Nanoseconds>(
        std::chrono::steady_clock::now().time_since_epoch()));
}

UtcTime SystemClock::utc() const {
    return std::chrono::time_point_cast<Nanoseconds>(std::chrono::system_clock::now());
}

} // namespace heartline
