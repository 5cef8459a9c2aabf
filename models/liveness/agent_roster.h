// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/events.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace heartline::liveness {

/// An agent of the fleet, over all registries; numbers stay valid for the fleet's life.
using AgentIndex = std::uint32_t;

/// Which watches are of one agent: the core watches an agent at one registry, people see one agent.
class AgentRoster {
public:
    /// The agent that the watch is of; a new one for an id that was not seen before. Watches are
    /// bound in their order.
    AgentIndex bind(WatchIndex watch, const std::string &entityId) {
        const auto [it, added] =
            m_byId.try_emplace(entityId, static_cast<AgentIndex>(m_watches.size()));
        if (added)
            m_watches.emplace_back();
        if (watch >= m_agents.size()) {
            m_agents.resize(watch + 1);
            m_agents[watch] = it->second;
            m_watches[it->second].push_back(watch);
        }
        return it->second;
    }
    [[nodiscard]] AgentIndex agentOf(WatchIndex watch) const { return m_agents.at(watch); }
    [[nodiscard]] const std::vector<WatchIndex> &watchesOf(AgentIndex agent) const {
        return m_watches.at(agent);
    }
    [[nodiscard]] std::size_t size() const { return m_watches.size(); }

private:
    std::unordered_map<std::string, AgentIndex> m_byId;
    std::vector<AgentIndex> m_agents;
    std::vector<std::vector<WatchIndex>> m_watches;
};

} // namespace heartline::liveness
