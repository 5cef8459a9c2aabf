// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "identity/secret_key.h"
#include "node/activity_hub.h"
#include "node/node_options.h"
#include "node/node_store.h"
#include "node/work_queue.h"

#include <deque>
#include <functional>
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
    [[nodiscard]] EntityRow *entity(const std::string &id);

    // What changes holds at once, and is undone where it cannot be written.
    void addDeveloper(DeveloperRow row);
    void removeDeveloper(const std::string &id);
    void addEntity(EntityRow row);
    void update(EntityRow &row, EntityRow changed);
    void removeEntity(const std::string &id);

    /// Ends a request: `done` is called, and its events are published, when all that it changed is
    /// written, or with the reason why it is undone; at once where it changed nothing.
    using Done = std::function<void(const std::optional<std::string> &error)>;
    void settle(Done done);
    void take(const WriteOutcome &outcome);
    /// Why it may forget; empty where all is well.
    [[nodiscard]] const std::string &trouble() const {
        return m_writeTrouble.empty() ? m_trouble : m_writeTrouble;
    }

    /// By registration or last update, the newest last. A list that is made piece by piece keeps
    /// its rows.
    using Order = std::map<std::uint64_t, std::shared_ptr<EntityRow>>;
    [[nodiscard]] const Order &entities() const { return m_order; }
    [[nodiscard]] const Order &entitiesOf(const std::string &developerId) const;
    /// It was deleted, and that registration only repeats the one that was ended.
    [[nodiscard]] bool wasEnded(const std::string &id, const std::string &signature) const {
        return m_tombstones.forbids(id, signature, now());
    }

    /// A valid heartbeat: sets the time and publishes. `firstOfConnection` also publishes
    /// `entity_became_active`, whatever the agent was before (as deployed registries do).
    void beat(EntityRow &row, bool firstOfConnection);

    /// Makes silent agents inactive and drops silent heartbeat sockets.
    void sweep();

    ActivityHub &hub() { return m_hub; }
    WorkQueue &work() { return m_work; }
    std::set<HeartbeatSocket *> &heartbeatSockets() { return m_sockets; }

private:
    struct Event {
        std::string type;
        protocol::Json data;
    };
    /// A request's changes, until they are written.
    struct Change {
        std::uint64_t ticket = 0; ///< 0 where nothing was given to the store
        std::function<void()> undo;
        std::vector<Event> events;
        Done done;
    };

    /// Makes it the change of the request that is being handled. One request makes one.
    std::uint64_t begin(std::function<void()> undo);
    void announce(std::string_view type, protocol::Json data);
    void conclude(Change &change, const std::optional<std::string> &error);
    void publish(std::string_view type, const protocol::Json &data) {
        m_hub.publish(type, now(), mono(), data);
    }
    void publishStatus(std::string_view type, const EntityRow &row);
    /// From `next` on, which moves; false at the end.
    [[nodiscard]] bool sweepSome(std::uint64_t &next);
    void insert(std::shared_ptr<EntityRow> row);
    std::shared_ptr<EntityRow> extract(const std::string &id);
    /// Moves it in the order.
    void place(const std::string &id, std::uint64_t sequence);

    const NodeOptions m_options;
    const Clock &m_clock;
    const std::string m_registryId;
    const MonoTime m_started;
    std::unique_ptr<NodeStore> m_store;
    std::string m_trouble;      ///< found at the start
    std::string m_writeTrouble; ///< until something is written again
    std::optional<Change> m_open;
    std::deque<Change> m_unwritten;
    std::uint64_t m_lastTicket = 0;
    std::uint64_t m_round = 1;
    std::unordered_map<std::string, DeveloperRow> m_developers;
    std::unordered_map<std::string, std::shared_ptr<EntityRow>> m_entities;
    Order m_order;
    std::unordered_map<std::string, Order> m_byDeveloper;
    std::uint64_t m_lastSequence = 0;
    Tombstones m_tombstones;
    ActivityHub m_hub;
    WorkQueue m_work;
    std::set<HeartbeatSocket *> m_sockets;
};

} // namespace heartline::node
