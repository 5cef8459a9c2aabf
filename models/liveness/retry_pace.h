// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <random>

namespace heartline::liveness {

/// Until a registry that could not be reached or read for `since` is tried again: about a second
/// during the first minute, so that a short outage is no longer for us; then 7 to 9.5 s, drawn at
/// random, so that many dashboards do not come back in the same instant. Real time, at any pace.
[[nodiscard]] Nanoseconds retryPace(Nanoseconds since, std::minstd_rand &random);

} // namespace heartline::liveness
