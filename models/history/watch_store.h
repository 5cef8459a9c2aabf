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
    bool everBeat = false;
    bool gone = false;
    bool alerted = false;
    /// Of the alert that fires.
    std::optional<UtcTime> raisedAt;
    std::optional<UtcTime> downSince;
    bool operator==(const StoredWatch &) const = default;
};

/// The file of stored watches; writes behind in a thread of its own. Thread: the engine's.
class WatchStore {
public:
    /// Opens or creates the file and appends to `stored` what it holds of this developer's agents.
    /// Blocks on the disk.
    [[nodiscard]] static Result<std::unique_ptr<WatchStore>>
    open(const std::string &path, const std::string &developerId, std::vector<StoredWatch> &stored);

    /// `urgent`: an alert was raised or ended, which must not be forgotten.
    void put(const StoredWatch &watch, bool urgent);
    /// It is gone for good.
    void remove(const std::string &registry, const std::string &entityId);

private:
    using Key = std::pair<std::string, std::string>;
    struct Batch {
        std::map<Key, std::optional<StoredWatch>> watches; // nothing = delete
        [[nodiscard]] bool empty() const { return watches.empty(); }
        void addOlder(Batch &&older) { watches.merge(older.watches); }
    };

    WatchStore(const std::string &path, const std::string &developerId);
    storage::WriteBehind<Batch> m_writer;
};

} // namespace heartline::history
