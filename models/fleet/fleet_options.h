// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "diagnosis/health_probe.h"
#include "fleet/candidate_search.h"
#include "http/trust.h"
#include "liveness/thresholds.h"

#include <functional>
#include <map>

#include <vector>

namespace heartline::fleet {

/// What a fleet is made of; checked before it starts.
struct FleetOptions {
    /// `zns:dev:…`: whose agents are shown.
    std::string developerId;
    /// Normalised URLs.
    std::vector<std::string> registries;
    /// Authorities that are trusted for one of these besides the system's.
    std::map<std::string, http::Trust> trust;
    /// Agents that a list may not show: keys on this machine, ids that the operator gave.
    std::vector<Candidate> candidates;
    /// Where to keep what should outlive the program; empty: nowhere.
    std::string storePath;
    liveness::Thresholds thresholds;
    diagnosis::ProbePolicy probing = diagnosis::ProbePolicy::Never;
    /// Agents whose heartbeat this very program runs: restarts it and answers true, or false for
    /// any other id. Called in the engine's thread. May be null.
    std::function<bool(const std::string &entityId)> restartHeartbeat;
    /// Says whether this program runs the agent's heartbeat.
    std::function<bool(const std::string &entityId)> runsHeartbeat;
    /// Shown wherever the fleet is: "demo, ten times as fast".
    std::string label;

    [[nodiscard]] Result<void> check() const;
};

} // namespace heartline::fleet
