// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "node/entity_row.h"
#include "storage/write_behind.h"

#include <map>

namespace heartline::node {

/// A developer as this node keeps it.
struct DeveloperRow {
    std::string developerId;
    std::string name;
    std::string publicKeyText;
    std::string profileUrl;
    std::string github;
    std::string signature;
    UtcTime registeredAt;
};

struct StoredState {
    std::vector<DeveloperRow> developers;
    std::vector<EntityRow> entities;
};

/// The node's SQLite database, written behind by a thread of its own: registrations, updates and
/// deletions at once, heartbeats gathered for up to a second into one transaction.
/// Thread: any, one at a time.
class NodeStore {
public:
    /// Opens or creates `<dir>/registry.sqlite` and reads what is there into `state`.
    [[nodiscard]] static Result<std::unique_ptr<NodeStore>> open(const std::string &dir,
                                                                 StoredState &state);

    void putDeveloper(const DeveloperRow &row);
    void removeDeveloper(const std::string &developerId);
    void putEntity(const EntityRow &row);
    void putLiveness(const std::string &entityId, UtcTime lastHeartbeat, bool active);
    /// Tombstones are kept for 7 days.
    void removeEntity(const std::string &entityId, UtcTime now);

private:
    struct Liveness {
        UtcTime lastHeartbeat;
        bool active = true;
    };
    struct Batch {
        std::map<std::string, std::optional<std::string>> developers; // JSON; nothing = delete
        std::map<std::string, std::optional<EntityRow>> entities;     // nothing = delete
        std::map<std::string, UtcTime> tombstones;
        std::map<std::string, Liveness> liveness;
        [[nodiscard]] bool empty() const {
            return developers.empty() && entities.empty() && tombstones.empty() && liveness.empty();
        }
        /// Adds what is older than this batch and not in it.
        void addOlder(Batch &&older);
    };

    explicit NodeStore(const std::string &path);
    [[nodiscard]] static Result<void> write(storage::Database &database, const Batch &batch);

    storage::WriteBehind<Batch> m_writer;
};

} // namespace heartline::node
