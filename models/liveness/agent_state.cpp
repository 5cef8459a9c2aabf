// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/agent_state.h"

namespace heartline::liveness {

std::string_view stateWord(AgentState state) {
    switch (state) {
    case AgentState::Unknown:
        return "unknown";
    case AgentState::Registered:
        return "registered";
    case AgentState::Active:
        return "active";
    case AgentState::Late:
        return "late";
    case AgentState::Stale:
        return "stale";
    case AgentState::Inactive:
        return "inactive";
    case AgentState::Deregistered:
        return "deregistered";
    }
    return "unknown";
}

int stateNeed(AgentState state) {
    switch (state) {
    case AgentState::Stale:
        return 0;
    case AgentState::Inactive:
        return 1;
    case AgentState::Late:
        return 2;
    case AgentState::Unknown:
        return 3;
    case AgentState::Registered:
        return 4;
    case AgentState::Active:
        return 5;
    case AgentState::Deregistered:
        return 6;
    }
    return 3;
}

} // namespace heartline::liveness
