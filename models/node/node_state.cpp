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
      m_store(std::move(store)), m_trouble(std::move(stored.trouble)) {
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
    const std::string id = row.developerId;
    const std::uint64_t ticket = begin([this, id] { m_developers.erase(id); });
    announce("gossip_outgoing", {{"entity_id", ""},
                                 {"name", row.name},
                                 {"action", "register"},
                                 {"home_registry", m_registryId},
                                 {"hop_count", 0},
                                 {"direction", "outgoing"}});
    if (m_store)
        m_store->putDeveloper(row, ticket);
    m_developers.insert_or_assign(id, std::move(row));
}

void NodeState::removeDeveloper(const std::string &id) {
    auto removed = m_developers.extract(id);
    if (removed.empty())
        return;
    const std::uint64_t ticket =
        begin([this, row = removed.mapped()] { m_developers.emplace(row.developerId, row); });
    if (m_store)
        m_store->removeDeveloper(id, ticket);
}

EntityRow *NodeState::entity(const std::string &id) {
    const auto it = m_entities.find(id);
    return it == m_entities.end() ? nullptr : it->second.get();
}

EntityRow *NodeState::insert(std::unique_ptr<EntityRow> row) {
    EntityRow *inserted = row.get();
    m_order.emplace(row->sequence, inserted);
    m_entities.insert_or_assign(row->entityId, std::move(row));
    return inserted;
}

std::unique_ptr<EntityRow> NodeState::extract(const std::string &id) {
    auto node = m_entities.extract(id);
    if (node.empty())
        return nullptr;
    m_order.erase(node.mapped()->sequence);
    return std::move(node.mapped());
}

void NodeState::addEntity(EntityRow added) {
    auto row = std::make_unique<EntityRow>(std::move(added));
    row->sequence = m_order.empty() ? 1 : m_order.rbegin()->first + 1;
    const std::uint64_t ticket = begin([this, id = row->entityId] { extract(id); });
    if (m_store)
        m_store->putEntity(*row, ticket);
    announce("gossip_outgoing", gossip(*row, "register", true));
    Json data{{"entity_id", row->entityId}, {"name", row->name}, {"category", row->category}};
    if (!row->tags.empty())
        data["tags"] = row->tags;
    if (!row->summary.empty())
        data["summary"] = row->summary;
    announce("entity_registered", std::move(data));
    insert(std::move(row));
}

void NodeState::update(EntityRow &row, EntityRow changed) {
    const std::uint64_t ticket = begin([this, former = row] {
        EntityRow *now = entity(former.entityId);
        if (!now)
            return;
        const UtcTime lastHeartbeat = now->lastHeartbeat; // it may have beaten since
        const bool active = now->active;
        *now = former;
        now->lastHeartbeat = lastHeartbeat;
        now->active = active;
    });
    row = std::move(changed);
    row.updatedAt = now();
    if (m_store)
        m_store->putEntity(row, ticket);
    announce("gossip_outgoing", gossip(row, "update", true));
}

void NodeState::removeEntity(const std::string &id) {
    const std::shared_ptr<EntityRow> row = extract(id);
    if (!row)
        return;
    const std::uint64_t ticket =
        begin([this, row] { insert(std::make_unique<EntityRow>(std::move(*row))); });
    if (m_store)
        m_store->removeEntity(row->entityId, now(), ticket);
    announce("gossip_outgoing", gossip(*row, "deregister", true));
    Json data{{"entity_id", row->entityId}, {"name", row->name}, {"category", row->category}};
    if (!row->tags.empty())
        data["tags"] = row->tags;
    announce("entity_deregistered", std::move(data));
}

void NodeState::beat(EntityRow &row, bool firstOfConnection) {
    row.lastHeartbeat = now();
    row.active = true;
    if (m_store)
        m_store->putLiveness(row.entityId, row.lastHeartbeat, true);
    if (firstOfConnection) {
        publishStatus("entity_became_active", row);
        m_hub.publish("gossip_outgoing", now(), gossip(row, "agent_status", false));
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
        m_hub.publish("gossip_outgoing", now(), gossip(*row, "agent_status", false));
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

Json NodeState::gossip(const EntityRow &row, std::string_view action, bool named) const {
    return {{"entity_id", row.entityId},
            {"name", named ? row.name : std::string()},
            {"action", std::string(action)},
            {"home_registry", m_registryId},
            {"hop_count", 0},
            {"direction", "outgoing"}};
}

} // namespace heartline::node
