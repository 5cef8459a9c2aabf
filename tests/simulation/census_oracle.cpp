// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/census_oracle.h"

#include <algorithm>

namespace heartline::simulation {

namespace {
/// What is told follows from what is known at once.
constexpr auto kTold = std::chrono::seconds(3);
/// After trouble, all is known again.
constexpr auto kKnown = std::chrono::seconds(150);
/// Whoever is back has had time to be heard everywhere, and then beats once more.
constexpr auto kWeighed = std::chrono::seconds(90 + 31);
} // namespace

CensusOracle::CensusOracle(EventQueue &queue, World &world, Oracle &oracle)
    : m_queue(queue), m_world(world), m_oracle(oracle), m_beatsSince(world.agents().size()),
      m_deadSince(world.agents().size()) {}

bool CensusOracle::isOpen(int agent) const {
    const auto watch = m_dashboard->watchOf(agent);
    return watch && m_dashboard->census().isOpen(m_dashboard->census().roster().agentOf(*watch));
}

bool CensusOracle::isOpenThere(int agent) const {
    const auto watch = m_dashboard->watchOf(agent);
    return watch && m_dashboard->census().isOpenThere(*watch);
}

void CensusOracle::noteBeats(int agent) {
    const Agent &a = m_world.agents()[agent];
    const bool beats = !a.isCopy && a.registered && !a.deregistered && a.lastBeat && a.beatBefore &&
                       m_queue.now() - *a.lastBeat < 31s && *a.lastBeat - *a.beatBefore < 31s;
    m_beatsSince[agent] =
        beats ? std::optional(m_beatsSince[agent].value_or(m_queue.now())) : std::nullopt;
}

bool CensusOracle::isKnownToBeat(int agent) const {
    const Agent &a = m_world.agents()[agent];
    return m_beatsSince[agent] && m_dashboard->watchOf(agent) &&
           m_queue.now() - a.registeredAt > kKnown && m_oracle.isCalm(a.registry, kKnown);
}

void CensusOracle::observe(const liveness::Census::Incident &incident) {
    const int agent = m_dashboard->agentOf(incident.watch);
    const Agent &a = m_world.agents()[agent];
    if (a.elsewhere < 0) {
        if (incident.lower)
            m_oracle.violate(agent, "told silent at one registry, and it has no other");
        return;
    }
    if (!incident.begins)
        return;
    if (!incident.lower && (isKnownToBeat(a.elsewhere) || isKnownToBeat(agent)))
        m_oracle.violate(agent, "an incident, and it beats at a registry");
    const Agent &other = m_world.agents()[a.elsewhere];
    const bool otherBeats = other.lastBeat && isKnownToBeat(a.elsewhere);
    if (!a.lastBeat && a.forgedAt < 0s && otherBeats)
        m_oracle.violate(agent, "told silent where it never beat, and it beats at another");
    if (incident.lower && other.isCopy)
        m_oracle.violate(agent, "told alive elsewhere, where only a copy is");
}

void CensusOracle::checkPair(int first, int second) {
    const bool open = isOpen(first) || isOpen(second);
    const auto certain = [&](int agent) {
        const Agent &a = m_world.agents()[agent];
        const auto watch = m_dashboard->watchOf(agent);
        // One that left while nobody looked is missing, and may come back.
        const bool left =
            a.deregistered && watch &&
            m_dashboard->core().watch(*watch).judgement.state != liveness::AgentState::Deregistered;
        return a.isCopy || !a.registered || (a.deregistered && !left) ||
               m_oracle.mustHaveAlerted(agent);
    };
    const auto counts = [&](int agent) {
        const Agent &a = m_world.agents()[agent];
        return !a.isCopy && a.registered && !a.deregistered;
    };
    const bool dead = (counts(first) || counts(second)) && certain(first) && certain(second);
    m_deadSince[first] =
        dead ? std::optional(m_deadSince[first].value_or(m_queue.now())) : std::nullopt;
    if (dead && !open && m_queue.now() - *m_deadSince[first] > kTold)
        m_oracle.violate(first, "dead at both registries, and no incident");
    for (const auto &[here, there] : {std::pair(first, second), std::pair(second, first)}) {
        if (open && isKnownToBeat(here))
            m_oracle.violate(here, "it beats at a registry, and its incident has not ended");
        const Agent &a = m_world.agents()[here];
        if (counts(here) && a.lastBeat && m_oracle.mustHaveAlerted(here) && isKnownToBeat(there) &&
            m_queue.now() - *m_beatsSince[there] > kWeighed && !isOpenThere(here))
            m_oracle.violate(here, "silent at one registry, alive at another, and it is not told");
        if (isOpenThere(here)) {
            const auto watch = m_dashboard->watchOf(here);
            if (!m_dashboard->core().watch(*watch).alerted)
                m_oracle.violate(here, "heard there, and told silent there");
        }
    }
}

void CensusOracle::check() {
    if (!m_dashboard->isRunning())
        return;
    for (int agent = 0; agent < static_cast<int>(m_world.agents().size()); ++agent)
        if (m_world.agents()[agent].elsewhere >= 0)
            noteBeats(agent);
    for (int agent = 0; agent < static_cast<int>(m_world.agents().size()); ++agent)
        if (m_world.agents()[agent].elsewhere > agent)
            checkPair(agent, m_world.agents()[agent].elsewhere);
}

} // namespace heartline::simulation
