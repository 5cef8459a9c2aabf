// SPDX-License-Identifier: GPL-3.0-or-later
// How some registries answer for hours, which is no outage.
#include "simulation/scenario.h"

namespace heartline::simulation {

void Scenario::planManners(int registry) {
    Open &open = m_open[registry];
    Trouble &trouble = m_oracle.troubles[registry];
    const auto forHours = [&](Fault fault, double probability,
                              const std::function<void(bool)> &change) {
        if (!strikes(fault, probability))
            return;
        const Nanoseconds from = someTime();
        window(registry, fault, from, from + someHours(), change);
    };
    forHours(Fault::Metered, 0.2, [this, &open, &trouble](bool on) {
        open.perMinute = on ? m_random.between(6, 12) : 0;
        trouble.meteredUntil = on ? m_end : m_queue.now();
    });
    forHours(Fault::Unexplained, 0.3, [this, &open, &trouble](bool on) {
        open.unexplained += on ? 1 : -1;
        open.noLists = on && m_random.chance(0.3) ? 1 : 0;
        trouble.unexplainedUntil = on ? m_end : m_queue.now();
        trouble.unlistedUntil = open.noLists > 0 ? m_end : m_queue.now();
    });
    const int agent = anyAgentOf(registry);
    if (agent < 0)
        return;
    forHours(Fault::IllRecord, 0.2, [this, &open, &trouble, agent](bool on) {
        open.ill = on ? agent : -1;
        trouble.ill = agent;
        trouble.illFrom = on ? m_queue.now() : trouble.illFrom;
        trouble.illUntil = on ? m_end : m_queue.now();
    });
    forHours(Fault::Mislabelled, 0.2, [&open, &trouble, agent](bool on) {
        open.mislabelled = on ? agent : -1;
        trouble.mislabelled = agent;
    });
    if (strikes(Fault::Lost, 0.2))
        for (Nanoseconds at = m_random.seconds(900, 9'000); at < m_end - 2'000s;
             at += m_random.seconds(2'000, 20'000))
            m_queue.at(at, [this, registry] { loseSome(registry); });
}

void Scenario::loseSome(int registry) {
    const auto &agents = m_world.agents();
    std::vector<int> known;
    for (int i = 0; i < static_cast<int>(agents.size()); ++i)
        if (agents[i].registry == registry && agents[i].registered && !agents[i].deregistered &&
            agents[i].elsewhere < 0 && m_queue.now() - agents[i].registeredAt > 600s)
            known.push_back(i);
    // Of a registry that lost most of them it is the registry that is told.
    const Nanoseconds length = m_random.seconds(20, 600);
    for (int left = static_cast<int>(known.size()) / 4; left > 0; --left) {
        const int agent = known.at(m_random.index(static_cast<int>(known.size())));
        if (agents[agent].lost)
            continue;
        m_note("truth: agent " + std::to_string(agent) + " has no record");
        m_world.lose(agent, true);
        m_queue.in(length, [this, agent] {
            m_note("truth: agent " + std::to_string(agent) + " has its record back");
            m_world.lose(agent, false);
        });
    }
}

} // namespace heartline::simulation
