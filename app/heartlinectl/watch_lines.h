// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_engine.h"

namespace heartline::ctl {

/// One JSON object a line for each change of an agent at a registry:
/// {"time","agent_id","name","registry","state","previous","age_s","alert", …}, and after these
/// what the state rests on: "flapping", "two_processes", "never_beat", "proved", "evidence".
[[nodiscard]] std::string changeLine(const fleet::FleetEngine &engine,
                                     const fleet::FleetEngine::Change &change, const Clock &clock);

/// The same for our link to a registry, with a null "agent_id"; "state" and "previous" are the
/// link's.
[[nodiscard]] std::string linkLine(const fleet::FleetEngine &engine,
                                   const fleet::FleetEngine::LinkChange &change,
                                   const Clock &clock);

/// A line for each agent's present: "previous" is null, "alert" is "raised" while one fires.
[[nodiscard]] std::vector<std::string> presentLines(const fleet::FleetEngine &engine,
                                                    const Clock &clock);

} // namespace heartline::ctl
