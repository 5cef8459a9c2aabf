// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/node_state.h"

#include "identity/entity_id.h"
#include "node/heartbeat_socket.h"

#include <algorithm>

namespace heartline::node {

using protocol::Json;

namespace {
/// Of one piece of a sweep.
constexpr std::size_t kLookedAt = 5'000;
constexpr std::size_t kTold = 100;
} // namespace

NodeState::NodeState(const NodeOptions &options, const Clock &clock,
                     const identity::PublicKey &ownKey, std::unique_ptr<NodeStore> store,
                     StoredState stored)
    : m_options(options), m_clock(clock),
      m_registryId(identity::makeId(identity::IdKind::Registry, ownKey)), m_started(clock.mono()),
      m_store(std::move(store)), m_trouble(std::move(stored.trouble)) {
    for (DeveloperRow &row : stored.developers)
        m_developers.emplace(row.developerId, std::move(row));
    for (EntityRow &row : stored.entities)
        insert(std::make_shared<EntityRow>(std::move(row)));
    for (auto &[id, tombstone] : stored.tombstones)
        m_tombstones.put(id, std::move(tombstone));
}

NodeState::~NodeState() = default;

const DeveloperRow *NodeState::developer(const std::string &id) const {
    const auto it = m_developers.find(id);
    return it == m_developers.end() ? nullptr : &it->second;
}

void NodeState::addDeveloper(DeveloperRow row) {
    const std::string id = row.developerId;
    const std::uint64_t ticket = begin([this, id] { m_developers.erase(id); });
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

const NodeState::Order &NodeState::entitiesOf(const std::string &developerId) const {
    static const Order kNone;
    const auto it = m_byDeveloper.find(developerId);
    return it == m_byDeveloper.end() ? kNone : it->second;
}

void NodeState::insert(std::shared_ptr<EntityRow> row) {
    m_lastSequence = std::max(m_lastSequence, row->sequence);
    m_order.emplace(row->sequence, row);
    m_byDeveloper[row->developerId].emplace(row->sequence, row);
    m_entities.insert_or_assign(row->entityId, std::move(row));
}

std::shared_ptr<EntityRow> NodeState::extract(const std::string &id) {
    auto node = m_entities.extract(id);
    if (node.empty())
        return nullptr;
    const EntityRow &row = *node.mapped();
    m_order.erase(row.sequence);
    const auto own = m_byDeveloper.find(row.developerId);
    own->second.erase(row.sequence);
    if (own->second.empty())
        m_byDeveloper.erase(own);
    return std::move(node.mapped());
}

void NodeState::place(const std::string &id, std::uint64_t sequence) {
    if (auto row = extract(id)) {
        row->sequence = sequence;
        insert(std::move(row));
    }
}

void NodeState::addEntity(EntityRow added) {
    auto row = std::make_shared<EntityRow>(std::move(added));
    fold(*row);
    row->sequence = ++m_lastSequence;
    const std::uint64_t ticket = begin([this, id = row->entityId] { extract(id); });
    if (m_store)
        m_store->putEntity(*row, ticket);
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
        place(former.entityId, former.sequence);
        const UtcTime lastHeartbeat = now->lastHeartbeat; // it may have beaten since
        const bool active = now->active;
        *now = former;
        now->lastHeartbeat = lastHeartbeat;
        now->active = active;
    });
    const std::uint64_t sequence = row.sequence;
    row = std::move(changed);
    row.sequence = sequence;
    row.updatedAt = now();
    fold(row);
    place(std::string(row.entityId), ++m_lastSequence);
    if (m_store)
        m_store->putEntity(row, ticket);
}

void NodeState::removeEntity(const std::string &id) {
    const std::shared_ptr<EntityRow> row = extract(id);
    if (!row)
        return;
    const auto former = m_tombstones.find(id);
    const std::uint64_t ticket = begin([this, row, former] {
        insert(row);
        if (former)
            m_tombstones.put(row->entityId, *former);
        else
            m_tombstones.remove(row->entityId);
    });
    Tombstone tombstone{now(), {row->registrationSignature, row->signature}};
    if (m_store)
        m_store->removeEntity(row->entityId, tombstone, ticket);
    m_tombstones.put(row->entityId, std::move(tombstone));
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
    if (firstOfConnection)
        publishStatus("entity_became_active", row);
    publishStatus("entity_heartbeat", row);
}

void NodeState::sweep() {
    // Where too much waits already, the next sweep does it.
    (void)m_work.add([this, next = std::uint64_t(0)]() mutable { return sweepSome(next); });
    if (m_tombstones.purge(now()) && m_store)
        m_store->purgeTombstones(now() - Tombstones::kKept);
    const MonoTime quietSince = mono() - m_options.inactiveAfter - m_options.sweepInterval;
    for (HeartbeatSocket *socket : std::set(m_sockets))
        if (socket->lastMessage() < quietSince)
            socket->drop();
}

bool NodeState::sweepSome(std::uint64_t &next) {
    const UtcTime silentSince = now() - m_options.inactiveAfter;
    std::size_t looked = 0;
    std::size_t told = 0;
    auto it = m_order.lower_bound(next);
    for (; it != m_order.end() && looked < kLookedAt && told < kTold; ++it, ++looked) {
        EntityRow &row = *it->second;
        if (!row.active || row.lastHeartbeat > silentSince)
            continue;
        row.active = false;
        ++told;
        if (m_store)
            m_store->putLiveness(row.entityId, row.lastHeartbeat, false);
        publishStatus("entity_became_inactive", row);
    }
    if (it == m_order.end())
        return false;
    next = it->first;
    return true;
}

void NodeState::publishStatus(std::string_view type, const EntityRow &row) {
    publish(type, {{"entity_id", row.entityId}, {"status", row.active ? "active" : "inactive"}});
}

} // namespace heartline::node
