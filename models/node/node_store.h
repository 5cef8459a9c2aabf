// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "node/entity_row.h"
#include "node/tombstones.h"
#include "storage/write_behind.h"

#include <QLockFile>
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
    std::map<std::string, Tombstone> tombstones;
    /// What is wrong with it, for people; empty where all is well.
    std::string trouble;
};

/// What became of changes: all up to a ticket were written, or, in their round, none from then on.
struct WriteOutcome {
    std::uint64_t upTo = 0;
    std::uint64_t round = 0;
    /// Why not; nothing where they were.
    std::optional<std::string> error;
};

/// The node's SQLite database, written by a thread of its own: registrations, updates and deletions
/// as soon as it can, those that wait in one transaction, which is on the disk when its outcome is
/// told; heartbeats gathered for up to a second, and kept where they cannot be written.
///
/// What could not be written is dropped, and so is all that came after it, until the owner has
/// undone that and begins a new round. Thread: any, one at a time.
class NodeStore {
public:
    /// Called in the writing thread.
    using Told = std::function<void(WriteOutcome)>;

    /// Opens or creates `<dir>/registry.sqlite` and reads what is there into `state`. A second node
    /// on one folder is refused. Rows that are damaged are left out, and stay where they are; a
    /// file that is no database is kept aside. Both are said in `state`.
    [[nodiscard]] static Result<std::unique_ptr<NodeStore>> open(const std::string &dir,
                                                                 StoredState &state, Told told);

    /// Tickets grow.
    void putDeveloper(const DeveloperRow &row, std::uint64_t ticket);
    void removeDeveloper(const std::string &developerId, std::uint64_t ticket);
    void putEntity(const EntityRow &row, std::uint64_t ticket);
    void removeEntity(const std::string &entityId, const Tombstone &tombstone,
                      std::uint64_t ticket);
    void putLiveness(const std::string &entityId, UtcTime lastHeartbeat, bool active);
    /// Written with the heartbeats.
    void purgeTombstones(UtcTime before);

    /// What waits, and was not told of, is dropped: its owner has undone it.
    void beginRound(std::uint64_t round);

private:
    struct Liveness {
        UtcTime lastHeartbeat;
        bool active = true;
    };
    struct Batch {
        std::map<std::string, std::optional<std::string>> developers; // JSON; nothing = delete
        std::map<std::string, std::optional<EntityRow>> entities;     // nothing = delete
        std::map<std::string, Tombstone> tombstones;
        std::optional<UtcTime> purgeBefore;
        std::map<std::string, Liveness> liveness;
        std::uint64_t upTo = 0; ///< the newest ticket in it; 0 where it holds heartbeats alone
        std::uint64_t round = 0;
        [[nodiscard]] bool empty() const { return upTo == 0 && liveness.empty() && !purgeBefore; }
        void dropChanges();
        /// Adds what is older than this batch and not in it.
        void addOlder(Batch &&older);
    };

    NodeStore(const std::string &path, std::unique_ptr<QLockFile> lock, Told told);
    template <typename Edit>
    void change(Edit edit, std::uint64_t ticket);
    [[nodiscard]] Result<void> write(storage::Database &database, const Batch &batch);
    void failed(const Error &error, Batch &batch);

    const std::unique_ptr<QLockFile> m_lock;
    const Told m_told;
    std::uint64_t m_round = 1;
    std::uint64_t m_failedRound = 0; ///< writing thread only
    storage::WriteBehind<Batch> m_writer;
};

} // namespace heartline::node
