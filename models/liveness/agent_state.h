// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace heartline::liveness {

/// What is true about an agent, as far as we can see.
enum class AgentState {
    Unknown,      ///< our evidence is older than its budget: we are blind
    Registered,   ///< it was registered just now, and no beat has been heard yet
    Active,       ///< age of the last beat up to the late mark
    Late,         ///< past the late mark: shown, silent
    Stale,        ///< past the stale mark and confirmed: alert
    Inactive,     ///< the registry says so, or the inactive mark has passed: out of search
    Deregistered, ///< tombstoned, or 404 after it was known
};

/// Such a state accuses.
[[nodiscard]] constexpr bool isSilent(AgentState state) {
    return state == AgentState::Stale || state == AgentState::Inactive;
}

/// The word for people and for JSON, lower case.
[[nodiscard]] std::string_view stateWord(AgentState state);

/// Order of need: 0 needs a person most.
[[nodiscard]] int stateNeed(AgentState state);

} // namespace heartline::liveness
