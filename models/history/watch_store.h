// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "storage/write_behind.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace heartline::history {

/// What outlives the program of one agent at one registry: enough to show it at once at the next
/// start, and not to raise its alert anew. Times of beats are on the registry's clock, others UTC.
struct StoredWatch {
    std::string registry; ///< normalised URL
    std::string entityId;
    std::string name;
    std::optional<UtcTime> registeredAt;
    /// As the registry stamped the last beat, and when it was made, on our own clock.
    std::optional<UtcTime> beatStamp;
    std::optional<UtcTime> beatEarliest;
    std::optional<UtcTime> beatLatest;
    /// A record has shown a beat.
    bool everBeat = false;
    bool gone = false;
    bool alerted = false;
    /// Of the alert that fires.
    std::optional<UtcTime> raisedAt;
    std::optional<UtcTime> downSince;
    /// Proved to be this developer's, or named by the operator.
    bool owned = false;
    bool operator==(const StoredWatch &) const = default;
};

/// What an earlier run left behind.
struct StoredFleet {
    std::vector<StoredWatch> watches;
    /// Which registry was known at each address.
    std::map<std::string, std::string> registryIds;
};

/// The file of stored watches; writes behind in a thread of its own. Thread: the engine's.
class WatchStore {
public:
    /// Opens or creates the file and reads what it holds of this developer's agents, and of
    /// registries. Blocks on the disk.
    [[nodiscard]] static Result<std::unique_ptr<WatchStore>>
    open(const std::string &path, const std::string &developerId, StoredFleet &stored);

    /// `urgent`: an alert was raised or ended, which must not be forgotten.
    void put(const StoredWatch &watch, bool urgent);
    void putRegistry(const std::string &registry, const std::string &registryId);
    /// It is gone for good.
    void remove(const std::string &registry, const std::string &entityId);

private:
    using Key = std::pair<std::string, std::string>;
    struct Batch {
        std::map<Key, std::optional<StoredWatch>> watches; // nothing = delete
        std::map<std::string, std::string> registryIds;
        [[nodiscard]] bool empty() const { return watches.empty() && registryIds.empty(); }
        void addOlder(Batch &&older) {
            watches.merge(older.watches);
            registryIds.merge(older.registryIds);
        }
    };

    WatchStore(const std::string &path, const std::string &developerId);
    storage::WriteBehind<Batch> m_writer;
};

} // namespace heartline::history
