// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch_lines.h"

#include "base/rfc3339.h"
#include "protocol/json.h"

#include <cmath>

namespace heartline::ctl {

using fleet::FleetEngine;
using protocol::Json;

namespace {

std::string line(const FleetEngine &engine, std::uint32_t index, UtcTime now, const Json &previous,
                 const std::optional<liveness::Age> &age, const Json &alert) {
    const fleet::AgentFacts &facts = engine.facts(index);
    const auto rounded = [](Nanoseconds d) { return std::round(toSeconds(d) * 10) / 10; };
    const liveness::AgentState state = engine.core().watch(index).judgement.state;
    return Json{{"time", formatRfc3339Millis(now)},
                {"agent_id", facts.entityId},
                {"name", facts.name},
                {"registry", engine.registry(facts.registry).url()},
                {"state", std::string(liveness::stateWord(state))},
                {"previous", previous},
                {"age_s", age ? Json(rounded(age->middle())) : Json()},
                {"alert", alert}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

std::string changeLine(const FleetEngine &engine, const FleetEngine::Change &change, UtcTime now) {
    using Alert = FleetEngine::Change::Alert;
    const Json alert = change.alert == Alert::Raised     ? Json("raised")
                       : change.alert == Alert::Resolved ? Json("resolved")
                                                         : Json();
    return line(engine, change.index, now, std::string(liveness::stateWord(change.previous)),
                change.age, alert);
}

std::vector<std::string> presentLines(const FleetEngine &engine, UtcTime now) {
    std::vector<std::string> lines;
    for (std::uint32_t i = 0; i < engine.core().watchCount(); ++i) {
        const liveness::Watch &watch = engine.core().watch(i);
        lines.push_back(line(engine, i, now, Json(), watch.judgement.age,
                             watch.alerted ? Json("raised") : Json()));
    }
    return lines;
}

} // namespace heartline::ctl
