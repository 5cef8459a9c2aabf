// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/environment.h"

#include <functional>
#include <optional>

namespace heartline::agent {

/// What the registry has of this agent. Thread: the scheduler's.
class OwnRecord {
public:
    enum class Standing {
        Registered,
        Tombstoned, ///< it was deregistered, and the registry says so
        None,       ///< the registry's own word that there is none; a proxy's 404 is an error
    };
    struct Answer {
        Standing standing = Standing::None;
        /// By the registry's clock, in whole seconds.
        std::optional<UtcTime> lastHeartbeat;
        /// What the registry's clock shows beyond ours, give or take a second and the round trip;
        /// nothing where the answer states no date, or a cache gave it.
        std::optional<Nanoseconds> clockOffset;
    };
    using Callback = std::function<void(Result<Answer>)>;

    /// `registry`: normalised URL.
    OwnRecord(std::string registry, std::string entityId, const Environment &environment);
    ~OwnRecord() { drop(); }
    OwnRecord(const OwnRecord &) = delete;
    OwnRecord &operator=(const OwnRecord &) = delete;

    /// One at a time: a new call drops the one before, whose callback is not called then.
    void ask(Callback callback);
    void drop();

private:
    [[nodiscard]] Result<Answer> read(const HttpReply &reply) const;

    const std::string m_registry;
    const std::string m_entityId;
    const Environment m_environment;
    std::uint64_t m_pending = 0;
};

} // namespace heartline::agent
