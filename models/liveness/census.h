// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/agent_roster.h"
#include "liveness/effects.h"
#include "liveness/standing.h"

#include <map>
#include <set>

namespace heartline::liveness {

/// The core watches an agent at one registry, and people know one agent: the census makes one of
/// its watches, and of what the core tells of each, what is told of the agent. An agent that beats
/// anywhere is alive. It has one incident, whichever registries find it silent; where it is silent
/// at one and alive at another, that is a lower one, of that registry alone. Pure; the time comes
/// in.
class Census {
public:
    /// `core` outlives it.
    explicit Census(const Core &core) : m_core(core) {}

    AgentIndex bind(WatchIndex watch, const std::string &entityId) {
        return m_roster.bind(watch, entityId);
    }
    [[nodiscard]] const AgentRoster &roster() const { return m_roster; }
    [[nodiscard]] Standing standing(AgentIndex agent) const {
        return standingOf(m_core, m_roster.watchesOf(agent));
    }

    /// What begins or ends, to be told in order.
    struct Incident {
        AgentIndex agent = 0;
        /// Who finds it, or whose word ended it.
        WatchIndex watch = 0;
        /// Silent there alone: alive at another registry.
        bool lower = false;
        bool begins = false;
        /// It ends as the agent is no more.
        bool gone = false;
    };
    using Incidents = std::vector<Incident>;

    [[nodiscard]] Incidents take(const effect::AlertRaised &raised);
    [[nodiscard]] Incidents take(const effect::AlertResolved &resolved, MonoTime now);
    [[nodiscard]] Incidents take(const effect::StateChanged &changed, MonoTime now);
    [[nodiscard]] Incidents take(const effect::BeatSeen &seen, MonoTime now);
    /// Incidents that went on when the program ended the last time: of watches that are alerted,
    /// once all that is remembered was taken in.
    [[nodiscard]] Incidents restore();

    [[nodiscard]] bool isOpen(AgentIndex agent) const { return m_open.contains(agent); }
    /// The lower one of a watch.
    [[nodiscard]] bool isOpenThere(WatchIndex watch) const { return m_openThere.contains(watch); }

private:
    void begin(WatchIndex watch, bool lower, Incidents &told);
    /// The agent's, where no registry's word keeps it up.
    void endIfOver(WatchIndex watch, bool gone, MonoTime now, Incidents &told);
    /// What an agent's change at one registry makes of the silence at others.
    void weighOthers(WatchIndex changed, Incidents &told);

    const Core &m_core;
    AgentRoster m_roster;
    std::set<AgentIndex> m_open;
    std::set<WatchIndex> m_openThere;
    /// Incidents that ended then: where they are not heard is weighed once they had time to come
    /// back everywhere.
    std::map<AgentIndex, MonoTime> m_backAt;
};

} // namespace heartline::liveness
