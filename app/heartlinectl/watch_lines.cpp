// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch_lines.h"

#include "base/rfc3339.h"
#include "protocol/json.h"

#include <cmath>

namespace heartline::ctl {

using fleet::FleetEngine;
using protocol::Json;

namespace {

Json secondsOf(std::optional<Nanoseconds> duration) {
    return duration ? Json(std::round(toSeconds(*duration) * 10) / 10) : Json();
}

/// What stands behind a state: who said what, and how long ago.
Json evidenceOf(const FleetEngine &engine, liveness::WatchIndex index, MonoTime now) {
    const liveness::Evidence &evidence = engine.core().watch(index).evidence;
    const auto ago = [now](std::optional<MonoTime> at) {
        return secondsOf(at ? std::optional(now - *at) : std::nullopt);
    };
    const auto &beat = evidence.lastBeat;
    const auto found = engine.inSearch(engine.roster().agentOf(index));
    return {{"last_beat", beat ? Json(formatRfc3339Millis(beat->stamp)) : Json()},
            {"told_by", !beat                                          ? Json()
                        : beat->source == liveness::BeatSource::Stream ? Json("stream")
                                                                       : Json("record")},
            {"stream_s", ago(evidence.lastStreamEventAt)},
            {"record_s", ago(evidence.recordReadAt)},
            {"record_status", evidence.toldStatus == protocol::EntityStatus::Active     ? "active"
                              : evidence.toldStatus == protocol::EntityStatus::Inactive ? "inactive"
                                                                                        : ""},
            {"copy", evidence.gossipCopy},
            {"in_search", found ? Json(*found) : Json()},
            {"connections_last_hour", engine.core().connectionsLastHour(index, now)}};
}

std::string dump(const Json &json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string line(const FleetEngine &engine, liveness::WatchIndex index, const Clock &clock,
                 const Json &previous, const std::optional<liveness::Age> &age, const Json &alert,
                 bool lower) {
    const liveness::Watch &watch = engine.core().watch(index);
    const fleet::AgentFacts &facts = engine.facts(engine.roster().agentOf(index));
    return dump({{"time", formatRfc3339Millis(clock.utc())},
                 {"agent_id", watch.entityId},
                 {"name", facts.name},
                 {"registry", engine.registry(watch.registry).url()},
                 {"state", std::string(liveness::stateWord(watch.judgement.state))},
                 {"previous", previous},
                 {"age_s", secondsOf(age ? std::optional(age->middle()) : std::nullopt)},
                 {"alert", alert},
                 {"lower", lower},
                 {"flapping", watch.flaps.isFlapping()},
                 {"two_processes", watch.doubled},
                 {"never_beat", watch.judgement.neverBeat},
                 {"proved", facts.proved},
                 {"evidence", evidenceOf(engine, index, clock.mono())}});
}

Json wordOf(FleetEngine::Change::Alert alert) {
    using Alert = FleetEngine::Change::Alert;
    return alert == Alert::Raised     ? Json("raised")
           : alert == Alert::Resolved ? Json("resolved")
                                      : Json();
}

} // namespace

std::string changeLine(const FleetEngine &engine, const FleetEngine::Change &change,
                       const Clock &clock) {
    return line(engine, change.watch, clock, std::string(liveness::stateWord(change.previous)),
                change.age, wordOf(change.alert), change.lower);
}

std::string linkLine(const FleetEngine &engine, const FleetEngine::LinkChange &change,
                     const Clock &clock) {
    const std::string reason =
        liveness::isSighted(change.link) ? std::string() : engine.trouble(change.registry);
    return dump({{"time", formatRfc3339Millis(clock.utc())},
                 {"agent_id", Json()},
                 {"name", engine.registry(change.registry).info().name},
                 {"registry", engine.registry(change.registry).url()},
                 {"state", std::string(liveness::linkWord(change.link))},
                 {"previous", std::string(liveness::linkWord(change.previous))},
                 {"age_s", Json()},
                 {"alert", wordOf(change.alert)},
                 {"reason", reason.empty() ? Json() : Json(reason)}});
}

std::vector<std::string> presentLines(const FleetEngine &engine, const Clock &clock) {
    std::vector<std::string> lines;
    for (liveness::WatchIndex i = 0; i < engine.core().watchCount(); ++i) {
        const liveness::Watch &watch = engine.core().watch(i);
        const auto &watches = engine.roster().watchesOf(engine.roster().agentOf(i));
        const bool lower = watch.alerted && liveness::aliveElsewhere(engine.core(), watches, i);
        lines.push_back(line(engine, i, clock, Json(), watch.judgement.age,
                             watch.alerted ? Json("raised") : Json(), lower));
    }
    return lines;
}

} // namespace heartline::ctl
