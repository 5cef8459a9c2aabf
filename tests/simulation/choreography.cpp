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
    constexpr std::array kPieces{
        &Scenario::planDeathBesideOldOnes, &Scenario::planOutageAfterDeath,
        &Scenario::planCutInDoubt,         &Scenario::planClockSetInCut,
        &Scenario::planJoinAsClockIsSet,   &Scenario::planAllDieBesideOldOnes,
        &Scenario::planBackAtOne,          &Scenario::planBriefOutages,
        &Scenario::planSecondOutage,       &Scenario::planCutsIntoOutages,
        &Scenario::planQuitAmidForgery,    &Scenario::planForgedAfterAlert,
        &Scenario::planForgedInOutage,     &Scenario::planJoinBesideOldOnes,
        &Scenario::planForgedAtDeath,      &Scenario::planForgedAtStart};
    const bool wanted = m_climate.dense || strikes(Fault::InTurn, 0.15);
    if (!wanted || !has(Fault::Die) || anyAgentOf(registry) < 0)
        return;
    std::size_t piece = m_random.index(static_cast<int>(kPieces.size()));
    for (Nanoseconds at = m_random.seconds(400, 2'000); at < m_end - 2'500s;
         at += m_random.seconds(2'000, 4'000)) {
        // The next for which this world has all that it takes.
        bool planned = false;
        for (std::size_t tries = 0; tries < kPieces.size() && !planned; ++tries)
            planned = (this->*kPieces.at(piece++ % kPieces.size()))(registry, at);
    }
}

void Scenario::stopMany(int registry, double share, int but, Nanoseconds at, Nanoseconds back) {
    for (int i = 0; i < static_cast<int>(m_world.agents().size()); ++i) {
        const Agent &agent = m_world.agents()[i];
        if (agent.registry != registry || agent.elsewhere >= 0 || i == but ||
            !m_random.chance(share))
            continue;
        m_queue.at(at + m_random.seconds(0, 1), [this, i, back] {
            const auto &processes = m_world.agents()[i].processes;
            if (processes.empty() || !processes[0].running)
                return;
            stop(i, 0);
            m_queue.at(back, [this, i] { start(i, 0); });
        });
    }
}

// Half of them die; some time later, within a cut of our line, one more.
bool Scenario::planDeathBesideOldOnes(int registry, Nanoseconds at) {
    if (!has(Fault::Together) || !m_changes[registry].contains(Fault::Cut))
        return false;
    const int alone = anyAgentOf(registry);
    const Nanoseconds cut = at + m_random.seconds(120, 250);
    const Nanoseconds until = cut + m_random.seconds(180, 240);
    stopMany(registry, 0.5, alone, at, until + 600s);
    window(registry, Fault::Cut, cut, until, m_changes[registry][Fault::Cut]);
    m_queue.at(cut + m_random.seconds(65, 85), [this, alone] { stop(alone, 0); });
    m_queue.at(until + 600s, [this, alone] { start(alone, 0); });
    return true;
}

// One dies while its record cannot be read, and the registry goes before anybody could tell.
bool Scenario::planOutageAfterDeath(int registry, Nanoseconds at) {
    constexpr std::array kFirst{Fault::Kept, Fault::RateLimit};
    const Fault first = kFirst.at(m_random.index(2));
    auto &changes = m_changes[registry];
    if (!changes.contains(first) || !changes.contains(Fault::Restart))
        return false;
    const int agent = anyAgentOf(registry);
    const Nanoseconds until = at + m_random.seconds(128, 140);
    window(registry, first, at - 5s, until, changes[first]);
    window(registry, Fault::Restart, until - 1s, until + m_random.seconds(30, 60),
           changes[Fault::Restart]);
    m_queue.at(at, [this, agent] { stop(agent, 0); });
    m_queue.at(at + 900s, [this, agent] { start(agent, 0); });
    return true;
}

// All die while a cache, or a replica that lags, answers for the registry.
bool Scenario::planAllDieBesideOldOnes(int registry, Nanoseconds at) {
    auto &changes = m_changes[registry];
    if (!has(Fault::Together) || !changes.contains(Fault::Cached))
        return false;
    const Nanoseconds until = at + m_random.seconds(600, 1'500);
    window(registry, Fault::Cached, at, until, changes[Fault::Cached]);
    if (changes.contains(Fault::Cut) && m_random.chance(0.5)) { // each beats once more, unheard
        const Nanoseconds cut = at + m_random.seconds(100, 200);
        window(registry, Fault::Cut, cut, cut + 45s, changes[Fault::Cut]);
        stopMany(registry, 1, -1, cut + 35s, until + m_random.seconds(50, 300));
        return true;
    }
    stopMany(registry, 1, -1, at + m_random.seconds(80, 300), until + m_random.seconds(-200, 300));
    return true;
}

// Somebody is new where a cache, or a replica that lags, answers.
bool Scenario::planJoinBesideOldOnes(int registry, Nanoseconds at) {
    auto &changes = m_changes[registry];
    if (m_waiting[registry].empty() || !changes.contains(Fault::Cached))
        return false;
    window(registry, Fault::Cached, at, at + m_random.seconds(600, 1'200), changes[Fault::Cached]);
    m_queue.at(at + m_random.seconds(150, 400), [this, registry] { join(registry); });
    return true;
}

// Outages in step with the beats, each so short that nobody misses two.
bool Scenario::planBriefOutages(int registry, Nanoseconds at) {
    constexpr std::array kOutage{Fault::Database, Fault::Restart};
    auto &changes = m_changes[registry];
    const Fault outage = kOutage.at(m_random.index(2));
    if (!has(Fault::Hiccups) || !changes.contains(outage))
        return false;
    const Nanoseconds away = m_random.seconds(8, 22);
    if (changes.contains(Fault::RateLimit) && m_random.chance(0.4)) // and few requests besides
        window(registry, Fault::RateLimit, at - 20s, at + 180s, changes[Fault::RateLimit]);
    if (changes.contains(Fault::Strip) && m_random.chance(0.4)) // all is read, by pages too
        window(registry, Fault::Strip, at - 20s, at + 180s, changes[Fault::Strip]);
    for (int i = 0; i < 6; ++i)
        window(registry, outage, at + i * 30s, at + i * 30s + away, changes[outage]);
    return true;
}

// One outage, and before all are back another.
bool Scenario::planSecondOutage(int registry, Nanoseconds at) {
    constexpr std::array kOutage{Fault::Database, Fault::Restart};
    auto &changes = m_changes[registry];
    const Fault first = kOutage.at(m_random.index(2));
    const Fault second = kOutage.at(m_random.index(2));
    if (!changes.contains(first) || !changes.contains(second))
        return false;
    // Who backs off comes back a minute after one of 65 s, and finds the other.
    const bool backedOff = m_random.chance(0.5);
    const Nanoseconds until =
        at + (backedOff ? m_random.seconds(63, 72) : m_random.seconds(30, 120));
    const Nanoseconds again =
        until + (backedOff ? m_random.seconds(58, 72) : m_random.seconds(5, 70));
    window(registry, first, at, until, changes[first]);
    window(registry, second, again, again + m_random.seconds(10, 90), changes[second]);
    return true;
}

// Our line is cut again and again, and each time the registry goes, too; one died as that began.
bool Scenario::planCutsIntoOutages(int registry, Nanoseconds at) {
    auto &changes = m_changes[registry];
    if (!changes.contains(Fault::Cut) || !changes.contains(Fault::Restart))
        return false;
    const int agent = anyAgentOf(registry);
    const Nanoseconds turn = m_random.seconds(90, 115);
    m_queue.at(at - m_random.seconds(0, 20), [this, agent] { stop(agent, 0); });
    for (int i = 0; i < 8; ++i) {
        const Nanoseconds from = at + i * turn;
        window(registry, Fault::Cut, from, from + 30s, changes[Fault::Cut]);
        window(registry, Fault::Restart, from + m_random.seconds(5, 15), from + 35s,
               changes[Fault::Restart]);
    }
    m_queue.at(at + 8 * turn + 300s, [this, agent] { start(agent, 0); });
    return true;
}

// It dies at both, is back at one, and that cannot be read when it has been back for a while.
bool Scenario::planBackAtOne(int registry, Nanoseconds at) {
    constexpr std::array kTrouble{Fault::ServerError, Fault::NoRecords, Fault::Kept};
    auto &changes = m_changes[registry];
    const auto &agents = m_world.agents();
    const Fault trouble = kTrouble.at(m_random.index(3));
    int agent = -1;
    for (int i = 0; i < static_cast<int>(agents.size()); ++i)
        if (agents[i].registry == registry && agents[i].elsewhere >= 0 && !agents[i].isCopy &&
            !agents[i].sharesFate && !agents[agents[i].elsewhere].isCopy &&
            !agents[agents[i].elsewhere].sharesFate)
            agent = i;
    if (agent < 0 || !changes.contains(trouble))
        return false;
    const int other = agents[agent].elsewhere;
    const Nanoseconds back = at + m_random.seconds(200, 400);
    for (const int one : {agent, other})
        m_queue.at(at + m_random.seconds(0, 5), [this, one] { stop(one, 0); });
    m_queue.at(back, [this, agent] { start(agent, 0); });
    const Nanoseconds unread = back + m_random.seconds(40, 80);
    window(registry, trouble, unread, back + m_random.seconds(150, 250), changes[trouble]);
    if (m_random.chance(0.5)) { // and it is gone again before it could be
        m_queue.at(unread + m_random.seconds(0, 90), [this, agent] { stop(agent, 0); });
        m_queue.at(back + 900s, [this, agent] { start(agent, 0); });
    }
    m_queue.at(back + 900s, [this, other] { start(other, 0); });
    return true;
}

} // namespace heartline::simulation
