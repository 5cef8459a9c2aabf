// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace heartline::node {

/// An entity that its owner deleted, and the signatures with which it had been registered and
/// updated, which anybody may have read.
struct Tombstone {
    UtcTime at;
    std::vector<std::string> signatures;
};

/// What was deleted in the last seven days. Listener's thread only.
class Tombstones {
public:
    static constexpr Nanoseconds kKept = std::chrono::hours(7 * 24);

    void put(const std::string &entityId, Tombstone tombstone) {
        m_tombstones[entityId] = std::move(tombstone);
    }
    void remove(const std::string &entityId) { m_tombstones.erase(entityId); }
    [[nodiscard]] std::optional<Tombstone> find(const std::string &entityId) const {
        const auto it = m_tombstones.find(entityId);
        return it == m_tombstones.end() ? std::nullopt : std::optional(it->second);
    }
    /// A registration with that signature would only repeat one that was ended.
    [[nodiscard]] bool forbids(const std::string &entityId, const std::string &signature,
                               UtcTime now) const;
    /// True when some were older than they are kept.
    bool purge(UtcTime now);

private:
    std::map<std::string, Tombstone> m_tombstones;
};

} // namespace heartline::node
