// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_engine.h"

namespace heartline::ctl {

/// The fleet as a table for a terminal of this size, worst first, with shape, word and (with
/// `colour`) colour for each state.
[[nodiscard]] std::string screenText(const fleet::FleetEngine &engine, int columns, int rows,
                                     bool colour);

} // namespace heartline::ctl
