// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_engine.h"

namespace heartline::ctl {

/// One JSON object a line for each change:
/// {"time","agent_id","name","registry","state","previous","age_s","alert"}.
[[nodiscard]] std::string changeLine(const fleet::FleetEngine &engine,
                                     const fleet::FleetEngine::Change &change, UtcTime now);

/// The same members for each agent's present: "previous" is null, "alert" is "raised" while one
/// fires.
[[nodiscard]] std::vector<std::string> presentLines(const fleet::FleetEngine &engine, UtcTime now);

} // namespace heartline::ctl
