// SPDX-License-Identifier: GPL-3.0-or-later
// What happens by chance too rarely for a rule to be seen: the same steps, some times a day.
#include "simulation/scenario.h"

#include <array>

namespace heartline::simulation {

int Scenario::anyAgentOf(int registry) {
    std::vector<int> found;
    for (int i = 0; i < static_cast<int>(m_world.agents().size()); ++i)
        if (m_world.agents()[i].registry == registry && m_world.agents()[i].elsewhere < 0)
            found.push_back(i);
    return found.empty() ? -1 : found.at(m_random.index(static_cast<int>(found.size())));
}

void Scenario::planChoreography(int registry) {
    constexpr std::array kPieces{&Scenario::planDeathBesideOldOnes, &Scenario::planOutageAfterDeath,
                                 &Scenario::planCutInDoubt, &Scenario::planClockSetInCut};
    if (!strikes(Fault::InTurn, 0.1) || !has(Fault::Die) || anyAgentOf(registry) < 0)
        return;
    const auto piece = kPieces.at(m_random.index(static_cast<int>(kPieces.size())));
    for (Nanoseconds at = m_random.seconds(400, 2'000); at < m_end - 2'500s;
         at += m_random.seconds(5'000, 12'000))
        (this->*piece)(registry, at);
}

// Half of them die; some time later, within a cut of our line, one more.
void Scenario::planDeathBesideOldOnes(int registry, Nanoseconds at) {
    if (!has(Fault::Together) || !m_changes[registry].contains(Fault::Cut))
        return;
    const int alone = anyAgentOf(registry);
    const Nanoseconds cut = at + m_random.seconds(120, 250);
    const Nanoseconds until = cut + m_random.seconds(180, 240);
    for (int i = 0; i < static_cast<int>(m_world.agents().size()); ++i) {
        const Agent &agent = m_world.agents()[i];
        if (agent.registry != registry || agent.elsewhere >= 0 || i == alone ||
            !m_random.chance(0.5))
            continue;
        m_queue.at(at + m_random.seconds(0, 1), [this, i, back = until + 600s] {
            const auto &processes = m_world.agents()[i].processes;
            if (processes.empty() || !processes[0].running)
                return;
            stop(i, 0);
            m_queue.at(back, [this, i] { start(i, 0); });
        });
    }
    window(registry, Fault::Cut, cut, until, m_changes[registry][Fault::Cut]);
    m_queue.at(cut + m_random.seconds(65, 85), [this, alone] { stop(alone, 0); });
    m_queue.at(until + 600s, [this, alone] { start(alone, 0); });
}

// One dies while its record cannot be read, and the registry goes before anybody could tell.
void Scenario::planOutageAfterDeath(int registry, Nanoseconds at) {
    constexpr std::array kFirst{Fault::Kept, Fault::RateLimit};
    const Fault first = kFirst.at(m_random.index(2));
    auto &changes = m_changes[registry];
    if (!changes.contains(first) || !changes.contains(Fault::Restart))
        return;
    const int agent = anyAgentOf(registry);
    const Nanoseconds until = at + m_random.seconds(128, 140);
    window(registry, first, at - 5s, until, changes[first]);
    window(registry, Fault::Restart, until - 1s, until + m_random.seconds(30, 60),
           changes[Fault::Restart]);
    m_queue.at(at, [this, agent] { stop(agent, 0); });
    m_queue.at(at + 900s, [this, agent] { start(agent, 0); });
}

// The last that is heard before a cut contradicts the registry's clock; one dies in the cut.
void Scenario::planCutInDoubt(int registry, Nanoseconds at) {
    if (!has(Fault::Forged) || !m_changes[registry].contains(Fault::Cut))
        return;
    const int agent = anyAgentOf(registry);
    const int forged = anyAgentOf(registry);
    const Nanoseconds until = at + m_random.seconds(120, 400);
    const Nanoseconds offset = anyOffset();
    for (int i = 1; i <= 20; ++i) // the last of them may be the last of all
        m_queue.at(at - i * 200ms, [this, forged, offset] { forge(forged, offset); });
    window(registry, Fault::Cut, at, until, m_changes[registry][Fault::Cut]);
    m_queue.at(at + m_random.seconds(62, 100), [this, agent] { stop(agent, 0); });
    m_queue.at(until + 400s, [this, agent] { start(agent, 0); });
}

// The registry's clock is set while nobody looks for so long that it may have been.
void Scenario::planClockSetInCut(int registry, Nanoseconds at) {
    constexpr std::array kSteps{-3'600.0, -180.0, 120.0, 180.0, 3'600.0};
    if (!has(Fault::ClockStep) || !m_changes[registry].contains(Fault::Cut))
        return;
    const int agent = anyAgentOf(registry);
    const Nanoseconds until = at + m_random.seconds(700, 1'500);
    const double by = kSteps.at(m_random.index(static_cast<int>(kSteps.size())));
    window(registry, Fault::Cut, at, until, m_changes[registry][Fault::Cut]);
    m_queue.at(at + m_random.seconds(60, 600), [this, registry, by] { setClock(registry, by); });
    m_queue.at(until - m_random.seconds(10, 300), [this, agent] { stop(agent, 0); });
    m_queue.at(until + 400s, [this, agent] { start(agent, 0); });
}

} // namespace heartline::simulation
