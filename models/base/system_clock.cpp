// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/system_clock.h"

#include <ctime>

namespace heartline {

MonoTime SystemClock::mono() const {
#ifdef CLOCK_BOOTTIME
    // Goes on while the machine is suspended, which steady_clock does not on Linux.
    timespec now{};
    if (clock_gettime(CLOCK_BOOTTIME, &now) == 0)
        return MonoTime(std::chrono::seconds(now.tv_sec) + Nanoseconds(now.tv_nsec));
#endif
    return MonoTime(std::chrono::duration_cast<Nanoseconds>(
        std::chrono::steady_clock::now().time_since_epoch()));
}

UtcTime SystemClock::utc() const {
    return std::chrono::time_point_cast<Nanoseconds>(std::chrono::system_clock::now());
}

} // namespace heartline
