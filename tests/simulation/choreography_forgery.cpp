// SPDX-License-Identifier: GPL-3.0-or-later
// Steps in which beats are forged at the moment when it matters.
#include "simulation/scenario.h"

#include <array>

namespace heartline::simulation {

// The last that is heard before a cut contradicts the registry's clock; one dies in the cut.
bool Scenario::planCutInDoubt(int registry, Nanoseconds at) {
    if (!has(Fault::Forged) || !m_changes[registry].contains(Fault::Cut))
        return false;
    const int agent = anyAgentOf(registry);
    const int forged = anyAgentOf(registry);
    const Nanoseconds until = at + m_random.seconds(120, 400);
    const Nanoseconds offset = anyOffset();
    for (int i = 1; i <= 20; ++i) // the last of them may be the last of all
        m_queue.at(at - i * 200ms, [this, forged, offset] { forge(forged, offset); });
    window(registry, Fault::Cut, at, until, m_changes[registry][Fault::Cut]);
    m_queue.at(at + m_random.seconds(62, 100), [this, agent] { stop(agent, 0); });
    m_queue.at(until + 400s, [this, agent] { start(agent, 0); });
    return true;
}

// Beats are forged for one that died, shortly before or after it is told, and the dashboard ends.
bool Scenario::planQuitAmidForgery(int registry, Nanoseconds at) {
    if (!has(Fault::Forged) || !has(Fault::Quit))
        return false;
    const int agent = anyAgentOf(registry);
    Nanoseconds forged = at + m_random.seconds(40, 120);
    m_queue.at(at, [this, agent] { stop(agent, 0); });
    for (int left = 1 + m_random.index(6); left > 0; --left) {
        m_queue.at(forged, [this, agent] { forge(agent, 0s); });
        forged += m_random.seconds(1, 12);
    }
    const Nanoseconds ends = forged + m_random.seconds(0, 40);
    quit(ends, ends + m_random.seconds(2, 60));
    m_queue.at(at + 900s, [this, agent] { start(agent, 0); });
    return true;
}

// One that was told is said to beat again, by stamps that are older than its last beat.
bool Scenario::planForgedAfterAlert(int registry, Nanoseconds at) {
    if (!has(Fault::Forged))
        return false;
    const int agent = anyAgentOf(registry);
    m_queue.at(at, [this, agent] { stop(agent, 0); });
    Nanoseconds forged = at + m_random.seconds(95, 250);
    for (int left = 1 + m_random.index(4); left > 0; --left) {
        m_queue.at(forged,
                   [this, agent, back = m_random.seconds(100, 900)] { forge(agent, -back); });
        forged += m_random.seconds(1, 60);
    }
    m_queue.at(at + 900s, [this, agent] { start(agent, 0); });
    return true;
}

// One dies just after a single beat of another time was forged for it.
bool Scenario::planForgedAtDeath(int registry, Nanoseconds at) {
    if (!has(Fault::Forged))
        return false;
    const int agent = anyAgentOf(registry);
    m_queue.at(at, [this, agent, offset = anyOffset()] { forge(agent, offset); });
    m_queue.at(at + m_random.seconds(0, 2), [this, agent] { stop(agent, 0); });
    m_queue.at(at + 900s, [this, agent] { start(agent, 0); });
    return true;
}

// The first that is heard after our own start has a clock of its own, and one that joined while we
// were away died just before.
bool Scenario::planForgedAtStart(int registry, Nanoseconds at) {
    if (!has(Fault::Forged) || !has(Fault::Quit) || m_waiting[registry].empty())
        return false;
    const int forged = anyAgentOf(registry);
    const Nanoseconds back = at + m_random.seconds(150, 300);
    quit(at, back);
    m_queue.at(back - 120s, [this, registry, dies = m_random.seconds(50, 85)] {
        if (m_waiting[registry].empty())
            return;
        const int agent = m_waiting[registry].back();
        join(registry);
        m_queue.in(dies, [this, agent] { stop(agent, 0); });
        m_queue.in(900s, [this, agent] { start(agent, 0); });
    });
    const Nanoseconds offset = anyOffset();
    for (Nanoseconds beat = back + 1s; beat < back + 80s; beat += 2s)
        m_queue.at(beat, [this, forged, offset] { forge(forged, offset); });
    return true;
}

// While its database is away, and it hears nobody, a stranger is said to beat, or who died.
bool Scenario::planForgedInOutage(int registry, Nanoseconds at) {
    auto &changes = m_changes[registry];
    if (!has(Fault::Forged) || !changes.contains(Fault::Database))
        return false;
    const Nanoseconds until = at + m_random.seconds(40, 300);
    window(registry, Fault::Database, at, until, changes[Fault::Database]);
    std::vector<int> dead;
    for (int left = m_random.index(3); left > 0; --left)
        dead.push_back(anyAgentOf(registry)); // the same twice, perhaps
    for (const int agent : dead) {
        m_queue.at(at - m_random.seconds(100, 250), [this, agent] { stop(agent, 0); });
        m_queue.at(until + 600s, [this, agent] { start(agent, 0); });
    }
    for (Nanoseconds forged = at; forged < until + 5s; forged += m_random.seconds(1, 6))
        m_queue.at(forged, [this, registry, dead] {
            if (dead.empty())
                return m_world.forgeStranger(registry);
            for (const int agent : dead)
                forge(agent, 0s);
        });
    return true;
}

// It dies where it beats, and beats are forged for it where it was just registered and never does:
// when the first is to be told, it looks alive at the second.
void Scenario::planForgedWhereItNeverBeat(int agent) {
    const int first = m_world.agents()[agent].elsewhere;
    const Nanoseconds dies = someTime();
    const Nanoseconds born = dies + m_random.seconds(5, 80);
    m_births.push_back(born);
    m_queue.at(dies, [this, first] { stop(first, 0); });
    m_queue.at(born, [this, agent] { registerNow(agent, true, false); });
    for (Nanoseconds at = born + 1s; at < dies + 130s; at += m_random.seconds(2, 8))
        m_queue.at(at, [this, agent] { forge(agent, 0s); });
    m_queue.at(dies + m_random.seconds(900, 1'500), [this, first] { start(first, 0); });
}

} // namespace heartline::simulation
