// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/beat_trace.h"

#include <vector>

namespace heartline::history {

/// One pixel column of a skyline: the greatest age within it.
struct SkylineColumn {
    enum class Kind { NotObserved, NoBeat, Age };
    Kind kind = Kind::NotObserved;
    Nanoseconds age{};
};

/// `width` columns that end at `now` and reach back over the trace's window. A column that is not
/// observed for any part of it counts as not observed. Pure; cost is linear in width and beats.
[[nodiscard]] std::vector<SkylineColumn> skyline(const BeatTrace &trace, MonoTime now, int width);

} // namespace heartline::history
