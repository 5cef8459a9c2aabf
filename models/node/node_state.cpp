// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/node_state.h"

#include "identity/entity_id.h"
#include "node/heartbeat_socket.h"

namespace heartline::node {

using protocol::Json;

NodeState::NodeState(const NodeOptions &options, const Clock &clock,
                     const identity::PublicKey &ownKey, std::unique_ptr<NodeStore> store,
                     StoredState stored)
    : m_options(options), m_clock(clock),
      m_registryId(identity::makeId(identity::IdKind::Registry, ownKey)), m_started(clock.mono()),
      m_store(std::move(store)) {
    for (DeveloperRow &row : stored.developers)
        m_developers.emplace(row.developerId, std::move(row));
    for (EntityRow &stored_row : stored.entities) {
        auto row = std::make_unique<EntityRow>(std::move(stored_row));
        m_order.emplace(row->sequence, row.get());
        m_entities.emplace(row->entityId, std::move(row));
    }
}

NodeState::~NodeState() = default;

const DeveloperRow *NodeState::developer(const std::string &id) const {
    const auto it = m_developers.find(id);
    return it == m_developers.end() ? nullptr : &it->second;
}

void NodeState::addDeveloper(DeveloperRow row) {
    m_hub.publish("gossip_outgoing", now(),
                  {{"entity_id", ""},
                   {"name", row.name},
                   {"action", "register"},
                   {"home_registry", m_registryId},
                   {"hop_count", 0},
                   {"direction", "outgoing"}});
    if (m_store)
        m_store->putDeveloper(row);
    const std::string id = row.developerId;
    m_developers.insert_or_assign(id, std::move(row));
}

void NodeState::removeDeveloper(const std::string &id) {
    m_developers.erase(id);
    if (m_store)
        m_store->removeDeveloper(id);
}

EntityRow *NodeState::entity(const std::string &id) {
    const auto it = m_entities.find(id);
    return it == m_entities.end() ? nullptr : it->second.get();
}

void NodeState::addEntity(EntityRow added) {
    auto row = std::make_unique<EntityRow>(std::move(added));
    row->sequence = m_order.empty() ? 1 : m_order.rbegin()->first + 1;
    m_order.emplace(row->sequence, row.get());
    if (m_store)
        m_store->putEntity(*row);
    publishGossip(*row, "register", true);
    Json data{{"entity_id", row->entityId}, {"name", row->name}, {"category", row->category}};
    if (!row->tags.empty())
        data["tags"] = row->tags;
    if (!row->summary.empty())
        data["summary"] = row->summary;
    m_hub.publish("entity_registered", now(), data);
    const std::string id = row->entityId;
    m_entities.insert_or_assign(id, std::move(row));
}

void NodeState::updated(EntityRow &row) {
    row.updatedAt = now();
    if (m_store)
        m_store->putEntity(row);
    publishGossip(row, "update", true);
}

void NodeState::removeEntity(const std::string &id) {
    const auto it = m_entities.find(id);
    if (it == m_entities.end())
        return;
    const std::unique_ptr<EntityRow> row = std::move(it->second);
    m_entities.erase(it);
    m_order.erase(row->sequence);
    if (m_store)
        m_store->removeEntity(id, now());
    publishGossip(*row, "deregister", true);
    Json data{{"entity_id", row->entityId}, {"name", row->name}, {"category", row->category}};
    if (!row->tags.empty())
        data["tags"] = row->tags;
    m_hub.publish("entity_deregistered", now(), data);
}

void NodeState::beat(EntityRow &row, bool firstOfConnection) {
    row.lastHeartbeat = now();
    row.active = true;
    if (m_store)
        m_store->putLiveness(row.entityId, row.lastHeartbeat, true);
    if (firstOfConnection) {
        publishStatus("entity_became_active", row);
        publishGossip(row, "agent_status", false);
    }
    publishStatus("entity_heartbeat", row);
}

void NodeState::sweep() {
    const UtcTime silentSince = now() - m_options.inactiveAfter;
    for (const auto &[sequence, row] : m_order) {
        if (!row->active || row->lastHeartbeat > silentSince)
            continue;
        row->active = false;
        if (m_store)
            m_store->putLiveness(row->entityId, row->lastHeartbeat, false);
        publishStatus("entity_became_inactive", *row);
        publishGossip(*row, "agent_status", false);
    }
    const MonoTime quietSince = mono() - m_options.inactiveAfter - m_options.sweepInterval;
    for (HeartbeatSocket *socket : std::set(m_sockets))
        if (socket->lastMessage() < quietSince)
            socket->drop();
}

void NodeState::publishStatus(std::string_view type, const EntityRow &row) {
    m_hub.publish(type, now(),
                  {{"entity_id", row.entityId}, {"status", row.active ? "active" : "inactive"}});
}

void NodeState::publishGossip(const EntityRow &row, std::string_view action, bool named) {
    m_hub.publish("gossip_outgoing", now(),
                  {{"entity_id", row.entityId},
                   {"name", named ? row.name : std::string()},
                   {"action", std::string(action)},
                   {"home_registry", m_registryId},
                   {"hop_count", 0},
                   {"direction", "outgoing"}});
}

} // namespace heartline::node
