// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"

namespace heartline::liveness {

/// The marks an age is judged by, and the pace of everything that follows from them.
struct Thresholds {
    Nanoseconds period = 30s;    ///< between two beats of a healthy agent
    Nanoseconds late = 45s;      ///< past it: late
    Nanoseconds stale = 90s;     ///< past it: alert
    Nanoseconds inactive = 300s; ///< past it the registry drops the agent from search …
    Nanoseconds sweep = 60s;     ///< … at its next sweep, which comes this often

    /// Errors name the mark that is out of order (0 < period < late < stale < inactive).
    [[nodiscard]] Result<void> check() const;

    /// Everything `factor` times as fast.
    [[nodiscard]] Thresholds fasterBy(int factor) const;

    /// How much faster than the network's own clock these are; paces re-reads.
    [[nodiscard]] double pace() const { return toSeconds(period) / 30.0; }
    /// `seconds` at the network's own pace.
    [[nodiscard]] Nanoseconds paced(double seconds) const { return fromSeconds(seconds * pace()); }
    [[nodiscard]] Nanoseconds paced(Nanoseconds time) const { return paced(toSeconds(time)); }
};

} // namespace heartline::liveness
