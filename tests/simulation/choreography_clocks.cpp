// SPDX-License-Identifier: GPL-3.0-or-later
// Steps in which a registry's clock is set while little is seen of it.
#include "simulation/scenario.h"

#include <array>

namespace heartline::simulation {

// The registry's clock is set while nobody looks for so long that it may have been; and perhaps
// no date, and no stream, tells of it afterwards.
bool Scenario::planClockSetInCut(int registry, Nanoseconds at) {
    constexpr std::array kSteps{-3'600.0, -180.0, 120.0, 180.0, 3'600.0};
    auto &changes = m_changes[registry];
    if (!has(Fault::ClockStep) || !changes.contains(Fault::Cut))
        return false;
    const int agent = anyAgentOf(registry);
    const Nanoseconds until = at + m_random.seconds(700, 1'500);
    const double by = kSteps.at(m_random.index(static_cast<int>(kSteps.size())));
    if (has(Fault::WrongDate) && m_random.chance(0.7)) {
        window(registry, Fault::WrongDate, at - 5s, until + 100s,
               [this, registry](bool on) { wrongDates(registry, on, Dates::Absent); });
        if (changes.contains(Fault::Strip) && m_random.chance(0.7))
            window(registry, Fault::Strip, at - 5s, until + 100s, changes[Fault::Strip]);
    }
    window(registry, Fault::Cut, at, until, changes[Fault::Cut]);
    m_queue.at(at + m_random.seconds(60, 600), [this, registry, by] { setClock(registry, by); });
    m_queue.at(until - m_random.seconds(10, 300), [this, agent] { stop(agent, 0); });
    m_queue.at(until + 400s, [this, agent] { start(agent, 0); });
    return true;
}

// Its clock is set while there is no stream, within a short cut of our line, and somebody is new,
// often just before that.
bool Scenario::planJoinAsClockIsSet(int registry, Nanoseconds at) {
    constexpr std::array kSteps{-3'600.0, -180.0, -180.0, 180.0, 180.0, 180.0};
    auto &changes = m_changes[registry];
    if (!has(Fault::ClockStep) || m_waiting[registry].empty() || !changes.contains(Fault::Cut) ||
        !changes.contains(Fault::Strip))
        return false;
    const double by = kSteps.at(m_random.index(static_cast<int>(kSteps.size())));
    const Nanoseconds cut = at + m_random.seconds(100, 300);
    const Nanoseconds until = cut + m_random.seconds(20, 45);
    const Nanoseconds set = cut + m_random.seconds(2, 15);
    const Nanoseconds before =
        m_random.chance(0.5) ? m_random.seconds(0, 5) : m_random.seconds(-10, 18);
    window(registry, Fault::Strip, at, until + 300s, changes[Fault::Strip]);
    window(registry, Fault::Cut, cut, until, changes[Fault::Cut]);
    m_queue.at(set, [this, registry, by] { setClock(registry, by); });
    m_queue.at(set - before, [this, registry] { join(registry); });
    return true;
}

} // namespace heartline::simulation
