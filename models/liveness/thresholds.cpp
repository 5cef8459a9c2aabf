// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/thresholds.h"

namespace heartline::liveness {

Result<void> Thresholds::check() const {
    const auto wrong = [](const char *what) {
        return fail(ErrorKind::InvalidInput, std::string("thresholds: ") + what);
    };
    if (period < 1s)
        return wrong("the ping period must be at least 1 second");
    if (late <= period)
        return wrong("late must be longer than the ping period");
    if (stale <= late)
        return wrong("stale must be longer than late");
    if (inactive <= stale)
        return wrong("inactive must be longer than stale");
    if (inactive > std::chrono::hours(24))
        return wrong("inactive must not exceed a day");
    return {};
}

Thresholds Thresholds::fasterBy(int factor) const {
    return {period / factor, late / factor, stale / factor, inactive / factor, sweep / factor};
}

} // namespace heartline::liveness
