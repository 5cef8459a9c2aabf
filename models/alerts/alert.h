// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "liveness/effects.h"

#include <cstdint>
#include <optional>
#include <string>

namespace heartline::alerts {

enum class AlertKind {
    AgentStale,
    AgentSilentThere, ///< at one registry, while it beats at another
    AgentFlapping,    ///< it keeps going up and down
    RegistryBlind,
};

/// One incident, from its first notice to its end. Times are UTC on our wall clock, except where
/// said.
struct Alert {
    std::uint64_t id = 0;
    AlertKind kind = AlertKind::AgentStale;
    /// What has the incident, one at a time: an agent, whichever registries tell of it; of
    /// AgentSilentThere its watch at that registry; or a registry.
    std::uint32_t subject = 0;
    /// The agent's index in the fleet; 0 where a registry is the subject.
    std::uint32_t agent = 0;
    std::string name;
    std::string registry;
    /// Of a registry: how it is, "unreachable".
    std::string reason;

    UtcTime raisedAt;
    /// The last beat before the silence, on the registry's clock: when it happened, not when it was
    /// noticed.
    std::optional<UtcTime> downSince;
    std::optional<UtcTime> resolvedAt;
    bool deregistered = false;
    /// It was registered then (`downSince`), and has never beaten.
    bool neverBeat = false;
    /// What its silence has in common with others'.
    liveness::effect::SilenceCause cause = liveness::effect::SilenceCause::ItsOwn;
    /// It had been so for long when it was first seen: told once, with all its like, without haste.
    bool old = false;
    [[nodiscard]] bool isFiring() const { return !resolvedAt; }
    /// Nobody is lost for it: told without haste.
    [[nodiscard]] bool isLower() const {
        return kind == AlertKind::AgentFlapping || kind == AlertKind::AgentSilentThere;
    }
};

} // namespace heartline::alerts
