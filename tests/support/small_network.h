// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agent.h"
#include "base/system_clock.h"
#include "fleet/fleet_options.h"
#include "identity/entity_id.h"
#include "node/node.h"
#include "support/live_environment.h"

namespace heartline::test {

/// Nodes and agents of one developer in this process, over real sockets, thirty times as fast as
/// the network. Must outlive what it starts.
struct SmallNetwork {
    SystemClock clock;
    LiveEnvironment live;
    liveness::Thresholds thresholds = liveness::Thresholds().fasterBy(30);
    identity::SecretKey developer = identity::SecretKey::generate();

    [[nodiscard]] std::unique_ptr<node::Node> startNode(std::uint16_t port = 0) const {
        node::NodeOptions options;
        options.port = port;
        options.inactiveAfter = thresholds.inactive;
        options.sweepInterval = thresholds.sweep;
        return std::move(*node::Node::start(options, clock));
    }
    [[nodiscard]] std::unique_ptr<agent::Agent>
    startAgent(const std::string &registry, std::uint32_t index,
               protocol::Dialect dialect = protocol::Dialect::Deployed) const {
        agent::AgentOptions options;
        options.registry = registry;
        options.description.name = "agent " + std::to_string(index);
        options.entityIndex = index;
        options.dialect = dialect;
        options.period = thresholds.period;
        options.backoffUnit = 50ms;
        auto made = agent::Agent::create(options, developer.deriveAgentKey(index),
                                         developer.clone(), live.all);
        (*made)->start();
        return std::move(*made);
    }
    [[nodiscard]] fleet::FleetOptions fleetOptions(std::vector<std::string> registries) const {
        fleet::FleetOptions options;
        options.developerId = identity::makeId(identity::IdKind::Developer, developer.publicKey());
        options.registries = std::move(registries);
        options.thresholds = thresholds;
        return options;
    }
};

} // namespace heartline::test
