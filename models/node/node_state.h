// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "identity/secret_key.h"
#include "node/activity_hub.h"
#include "node/node_options.h"
#include "node/node_store.h"

#include <unordered_map>

namespace heartline::node {

class HeartbeatSocket;

/// Everything a node knows, and the rules that change it. Listener's thread only.
class NodeState {
public:
    NodeState(const NodeOptions &options, const Clock &clock, const identity::PublicKey &ownKey,
              std::unique_ptr<NodeStore> store, StoredState stored);
    ~NodeState();
    NodeState(const NodeState &) = delete;
    NodeState &operator=(const NodeState &) = delete;

    [[nodiscard]] const NodeOptions &options() const { return m_options; }
    [[nodiscard]] const std::string &registryId() const { return m_registryId; }
    [[nodiscard]] UtcTime now() const { return m_clock.utc(); }
    [[nodiscard]] MonoTime mono() const { return m_clock.mono(); }
    [[nodiscard]] Nanoseconds uptime() const { return m_clock.mono() - m_started; }

    [[nodiscard]] const DeveloperRow *developer(const std::string &id) const;
    void addDeveloper(DeveloperRow row);
    void removeDeveloper(const std::string &id);

    [[nodiscard]] EntityRow *entity(const std::string &id);
    void addEntity(EntityRow row);
    void updated(EntityRow &row);
    void removeEntity(const std::string &id);
    /// In the order of registration.
    [[nodiscard]] const std::map<std::uint64_t, EntityRow *> &entities() const { return m_order; }

    /// A valid heartbeat: sets the time and publishes. `firstOfConnection` also publishes
    /// `entity_became_active`, whatever the agent was before (as deployed registries do).
    void beat(EntityRow &row, bool firstOfConnection);

    /// Makes silent agents inactive and drops silent heartbeat sockets.
    void sweep();

    ActivityHub &hub() { return m_hub; }
    std::set<HeartbeatSocket *> &heartbeatSockets() { return m_sockets; }

private:
    void publishStatus(std::string_view type, const EntityRow &row);
    void publishGossip(const EntityRow &row, std::string_view action, bool named);

    const NodeOptions m_options;
    const Clock &m_clock;
    const std::string m_registryId;
    const MonoTime m_started;
    std::unique_ptr<NodeStore> m_store;
    std::unordered_map<std::string, DeveloperRow> m_developers;
    std::unordered_map<std::string, std::unique_ptr<EntityRow>> m_entities;
    std::map<std::uint64_t, EntityRow *> m_order;
    ActivityHub m_hub;
    std::set<HeartbeatSocket *> m_sockets;
};

} // namespace heartline::node
