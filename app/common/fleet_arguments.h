// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_options.h"
#include "fleet/owner_discovery.h"

#include <CLI/CLI.hpp>

namespace heartline::app {

/// What both programs let an operator say about their fleet.
struct FleetArguments {
    std::string developer;
    std::vector<std::string> registries;
    std::string caFile;
    /// Ids of agents that neither a list nor a key shows.
    std::vector<std::string> agents;
    std::optional<double> pingSeconds;
    std::optional<double> lateSeconds;
    std::optional<double> staleSeconds;
    std::optional<double> inactiveSeconds;
    bool demo = false;
    bool probe = false;

    /// Declares the options on a command.
    void addTo(CLI::App &command);
};

/// Puts together what was said, what is set, and what the operator's files say. When neither gives
/// a developer, `developerId` stays empty and `owner` tells where it was looked for.
struct ResolvedFleet {
    fleet::FleetOptions options;
    fleet::Owner owner;
};
[[nodiscard]] Result<ResolvedFleet> resolveFleet(const FleetArguments &arguments);

/// The thresholds that were given, over the network's own.
[[nodiscard]] Result<liveness::Thresholds> thresholdsFrom(const FleetArguments &arguments,
                                                          liveness::Thresholds base = {});

} // namespace heartline::app
