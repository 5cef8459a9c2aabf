// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/scenario.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

namespace heartline::simulation {

Scenario::Scenario(EventQueue &queue, Random &random, World &world, Dashboard &dashboard,
                   Oracle &oracle, const Climate &climate, Nanoseconds end, Note note)
    : m_queue(queue), m_random(random), m_world(world), m_dashboard(dashboard), m_oracle(oracle),
      m_climate(climate), m_end(end), m_note(std::move(note)), m_open(world.registries().size()),
      m_changes(world.registries().size()), m_waiting(world.registries().size()) {}

Nanoseconds Scenario::someTime() {
    return fromSeconds(m_random.between(120, std::max(121.0, toSeconds(m_end))));
}

bool Scenario::strikes(Fault fault, double probability) {
    return has(fault) && m_random.chance(std::min(probability * m_climate.rate(fault), 0.9));
}

Nanoseconds Scenario::someHours() {
    return m_random.seconds(3'600, 20'000);
}

Nanoseconds Scenario::someDuration() {
    const double kind = m_random.unit();
    return kind < 0.5    ? m_random.seconds(1, 30)
           : kind < 0.85 ? m_random.seconds(30, 300)
                         : m_random.seconds(300, 2400);
}

void Scenario::plan() {
    planElsewhere();
    for (int agent = 0; agent < static_cast<int>(m_world.agents().size()); ++agent)
        planAgent(agent);
    for (int registry = 0; registry < static_cast<int>(m_world.registries().size()); ++registry)
        planRegistry(registry);
    for (int registry = 0; registry < static_cast<int>(m_world.registries().size()); ++registry)
        planManners(registry);
    for (int registry = 0; registry < static_cast<int>(m_world.registries().size()); ++registry)
        planTogether(registry);
    for (int registry = 0; registry < static_cast<int>(m_world.registries().size()); ++registry)
        planClocks(registry);
    for (int registry = 0; registry < static_cast<int>(m_world.registries().size()); ++registry) {
        planInTurn(registry);
        planCutThenOutage(registry);
        planRestartInOutage(registry);
        if (strikes(Fault::InTurn, 0.4) && m_changes[registry].contains(Fault::Cached)) {
            const Nanoseconds from = someTime();
            window(registry, Fault::Cached, from, from + m_random.seconds(400, 1200),
                   m_changes[registry][Fault::Cached]);
            planDeathsInCut(registry, from + m_random.seconds(60, 300), m_random.seconds(10, 120));
        }
    }
    for (int registry = 0; registry < static_cast<int>(m_world.registries().size()); ++registry)
        planChoreography(registry);
    if (strikes(Fault::OwnClock, 0.2)) {
        const double off =
            m_random.chance(0.5) ? m_random.between(60, 600) : m_random.between(600, 86'400);
        m_world.ourClockOff = fromSeconds(m_random.chance(0.5) ? off : -off);
        m_note("truth: our clock is off by " + std::to_string(toSeconds(m_world.ourClockOff)) +
               " s");
    }
    std::sort(m_restarts.begin(), m_restarts.end());
    std::sort(m_moments.begin(), m_moments.end());
    std::sort(m_births.begin(), m_births.end());
    planDashboard();
}

void Scenario::start(int agent, int process) {
    if (!m_world.agents()[agent].registered)
        return; // it joins later
    m_note("truth: agent " + std::to_string(agent) + " starts process " + std::to_string(process));
    m_world.startProcess(agent, process);
    if (m_world.agents()[agent].sharesFate && process == 0)
        start(m_world.agents()[agent].elsewhere, process);
}

void Scenario::stop(int agent, int process) {
    if (process >= static_cast<int>(m_world.agents()[agent].processes.size()))
        return;
    m_note("truth: agent " + std::to_string(agent) + " stops process " + std::to_string(process));
    m_world.stopProcess(agent, process);
    if (m_world.agents()[agent].sharesFate && process == 0)
        stop(m_world.agents()[agent].elsewhere, process);
}

void Scenario::planAgent(int agent) {
    const auto second = m_seconds.find(agent);
    if (second != m_seconds.end() && second->second != Second::Independent)
        return planSecond(agent, second->second);
    if (strikes(Fault::LongDead, 0.04))
        return planLongDead(agent);
    const bool neverBeats = strikes(Fault::NeverBeat, 0.05);
    const bool joins = strikes(Fault::Join, neverBeats ? 0.5 : 0.1);
    const Nanoseconds born = joins ? someTime() : m_random.seconds(0, 20);
    const bool backsOff = m_random.chance(0.3);
    if (joins && !neverBeats && m_random.chance(0.6)) {
        const int registry = m_world.agents()[agent].registry;
        m_waiting[registry].push_back(agent);
        m_queue.at(born, [this, registry] { join(registry); });
        return;
    }
    if (joins)
        m_joins.push_back(born);
    m_world.agents()[agent].sharesOurLine = strikes(Fault::SharedLine, 0.15);
    m_queue.at(born,
               [this, agent, neverBeats, backsOff] { registerNow(agent, neverBeats, backsOff); });
    if (strikes(Fault::Deregister, 0.05))
        m_queue.at(born + someTime(), [this, agent] {
            m_note("truth: agent " + std::to_string(agent) + " is deregistered");
            m_world.deregister(agent);
        });
    if (strikes(Fault::Forged, 0.08))
        planForgery(agent, someTime());
    if (neverBeats) {
        if (strikes(Fault::Forged, 0.5)) {
            m_births.push_back(born);
            planForgery(agent, born + m_random.seconds(1, 80));
        }
        return;
    }
    const double role = m_random.unit();
    if (has(Fault::Flap) && role < 0.05) {
        planFlaps(agent);
    } else if (has(Fault::Twins) && role < 0.12) {
        const Nanoseconds from = born + someTime();
        m_queue.at(from, [this, agent] { start(agent, 1); });
        m_queue.at(from + m_random.seconds(60, 7200), [this, agent] { stop(agent, 1); });
    } else if (has(Fault::AgentClock) && role < 0.17) {
        const Nanoseconds from = born + someTime();
        const auto set = [this, agent](bool off) {
            m_note("truth: agent " + std::to_string(agent) + " has its clock " +
                   (off ? "off" : "right"));
            if (m_world.agents()[agent].registered)
                m_world.agents()[agent].processes[0].clockOff = off;
        };
        m_queue.at(from, [set] { set(true); });
        m_queue.at(from + someDuration(), [set] { set(false); });
    } else if (has(Fault::Die) && role < 0.6) {
        planDeaths(agent);
    }
}

void Scenario::registerNow(int agent, bool neverBeats, bool backsOff) {
    m_note("truth: agent " + std::to_string(agent) + " is registered");
    m_world.registerAgent(agent);
    m_world.agents()[agent].processes.resize(1);
    m_world.agents()[agent].processes[0].backsOff = backsOff;
    if (!neverBeats)
        start(agent, 0);
}

void Scenario::join(int registry) {
    auto &waiting = m_waiting[registry];
    if (waiting.empty())
        return;
    registerNow(waiting.back(), false, false);
    waiting.pop_back();
}

void Scenario::planElsewhere() {
    const auto &agents = m_world.agents();
    int second = 0;
    for (int first = 0; first < static_cast<int>(agents.size()); ++first) {
        if (agents[first].registry != 0 || !strikes(Fault::Elsewhere, 0.1))
            continue;
        while (second < static_cast<int>(agents.size()) && agents[second].registry != 1)
            ++second;
        if (second == static_cast<int>(agents.size()))
            return;
        const auto kind = static_cast<Second>(m_random.index(static_cast<int>(Second::Count)));
        m_world.unite(first, second, kind == Second::Copy);
        m_world.agents()[first].sharesFate = kind == Second::SameProcess;
        m_seconds[second] = kind;
        m_note("truth: agent " + std::to_string(second) + " is agent " + std::to_string(first) +
               " at another registry");
        ++second;
    }
}

void Scenario::planSecond(int agent, Second kind) {
    const int first = m_world.agents()[agent].elsewhere;
    if (kind == Second::NeverBeats && has(Fault::Die) && strikes(Fault::Forged, 1))
        return planForgedWhereItNeverBeat(agent);
    m_queue.at(m_random.seconds(0, 20), [this, agent, first, kind] {
        if (kind == Second::Copy) { // gossip tells of it
            m_world.agents()[agent].registered = true;
            m_world.agents()[agent].registeredAt = m_queue.now();
            return;
        }
        m_world.registerAgent(agent);
        m_world.agents()[agent].processes.resize(1);
        const auto &processes = m_world.agents()[first].processes;
        if (kind == Second::SameProcess && !processes.empty() && processes[0].running)
            start(agent, 0);
    });
    if (kind != Second::MovedThere)
        return;
    const Nanoseconds moved = someTime();
    m_queue.at(moved, [this, first] { stop(first, 0); });
    m_queue.at(moved + m_random.seconds(0, 40), [this, agent] { start(agent, 0); });
}

Nanoseconds Scenario::anyOffset() {
    const double length = m_random.chance(0.5)   ? m_random.between(10, 600)
                          : m_random.chance(0.5) ? m_random.between(600, 86'400)
                                                 : 86'400.0 * 365 * m_random.between(1, 170);
    return fromSeconds(m_random.chance(0.5) ? length : -std::min(length, 86'400.0 * 365 * 40));
}

void Scenario::planForgery(int agent, Nanoseconds from) {
    m_moments.push_back(from);
    const Nanoseconds until = from + someDuration();
    enum class Stamps { Right, Wrong, Random };
    const double draw = m_random.unit();
    const Stamps kind = draw < 0.5 ? Stamps::Right : draw < 0.75 ? Stamps::Wrong : Stamps::Random;
    const Nanoseconds offset = kind == Stamps::Wrong ? anyOffset() : 0s;
    if (m_random.chance(0.5)) { // for one that dies, which is what it is good for
        m_queue.at(from, [this, agent] { stop(agent, 0); });
        m_queue.at(until + m_random.seconds(10, 600), [this, agent] { start(agent, 0); });
    }
    m_queue.at(from, [this, agent] {
        m_note("truth: beats are forged for agent " + std::to_string(agent));
    });
    for (Nanoseconds at = from; at < until; at += m_random.seconds(5, 35))
        m_queue.at(at, [this, agent, ahead = kind == Stamps::Random ? anyOffset() : offset] {
            forge(agent, ahead);
        });
}

void Scenario::forge(int agent, Nanoseconds ahead) {
    m_world.forgeBeat(agent, ahead);
    Trouble &trouble = m_oracle.troubles[m_world.agents()[agent].registry];
    trouble.forgedAt = trouble.changedAt = m_queue.now();
    const auto &all = m_world.agents();
    if (std::count_if(all.begin(), all.end(), [&](const Agent &other) {
            return other.registry == all[agent].registry && m_queue.now() - other.forgedAt < 100s;
        }) >= 3)
        trouble.manyForgedAt = m_queue.now();
}

void Scenario::planFlaps(int agent) {
    Nanoseconds at = someTime();
    const int times = 4 + m_random.index(20);
    for (int i = 0; i < times; ++i) {
        m_queue.at(at, [this, agent] { stop(agent, 0); });
        at += m_random.seconds(40, 400);
        m_queue.at(at, [this, agent] { start(agent, 0); });
        at += m_random.seconds(20, 300);
    }
}

void Scenario::planDeaths(int agent) {
    const int times = 1 + m_random.index(3);
    for (int i = 0; i < times; ++i) {
        const Nanoseconds at = someTime();
        m_queue.at(at, [this, agent] { stop(agent, 0); });
        const Nanoseconds back =
            m_random.chance(0.15) ? m_random.seconds(80, 95) : m_random.seconds(5, 1500);
        if (m_random.chance(0.85))
            m_queue.at(at + back, [this, agent] { start(agent, 0); });
    }
}

void Scenario::planLongDead(int agent) {
    Agent &a = m_world.agents()[agent];
    a.registered = a.inactive = true;
    a.registeredAt = -m_random.seconds(40 * 86'400, 90 * 86'400);
    a.lastBeat = -m_random.seconds(3'600, 39 * 86'400);
    a.processes.resize(1);
    if (m_random.chance(0.3))
        m_queue.at(someTime(), [this, agent] { start(agent, 0); });
}

void Scenario::planTogether(int registry) {
    if (!strikes(Fault::Together, 0.3))
        return;
    const Nanoseconds from = someTime();
    const Nanoseconds until = from + m_random.seconds(20, 1500);
    for (int i = 0; i < static_cast<int>(m_world.agents().size()); ++i) {
        if (m_world.agents()[i].registry != registry || !m_random.chance(0.5))
            continue;
        m_queue.at(from + m_random.seconds(0, 1), [this, i, until] {
            const auto &processes = m_world.agents()[i].processes;
            if (processes.empty() || !processes[0].running)
                return;
            stop(i, 0);
            m_queue.at(until + m_random.seconds(0, 1), [this, i] { start(i, 0); });
        });
    }
    if (strikes(Fault::InTurn, 0.4)) // what went before it says nothing of a cut
        planDeathsInCut(registry, from + m_random.seconds(100, 500), m_random.seconds(180, 400));
}

void Scenario::planDeathsInCut(int registry, Nanoseconds from, Nanoseconds length) {
    if (!m_changes[registry].contains(Fault::Cut))
        return;
    window(registry, Fault::Cut, from, from + length, m_changes[registry][Fault::Cut]);
    for (int i = 0; i < static_cast<int>(m_world.agents().size()); ++i)
        if (m_world.agents()[i].registry == registry && has(Fault::Die) && m_random.chance(0.35))
            m_queue.at(from + m_random.seconds(0, toSeconds(length)), [this, i] { stop(i, 0); });
}

void Scenario::troubled(int registry, bool on) {
    Trouble &trouble = m_oracle.troubles[registry];
    trouble.anything += on ? 1 : -1;
    trouble.changedAt = m_queue.now();
}

void Scenario::windows(int registry, Fault fault, int most,
                       const std::function<void(bool)> &change) {
    if (!has(fault))
        return;
    m_changes[registry][fault] = change;
    const int count =
        m_random.index(static_cast<int>(std::lround(most * m_climate.rate(fault))) + 1);
    for (int i = 0; i < count; ++i) {
        const Nanoseconds from = someTime();
        window(registry, fault, from, from + someDuration(), change);
    }
    const bool takesHours = fault == Fault::DropEvents || fault == Fault::Strip ||
                            fault == Fault::WrongDate || fault == Fault::NoRecords;
    if (!takesHours || !strikes(Fault::Lasting, 0.15))
        return;
    const bool fromTheStart = fault == Fault::NoRecords && m_random.chance(0.5);
    const Nanoseconds from = fromTheStart ? Nanoseconds{} : someTime();
    window(registry, fault, from, from + someHours(), change);
}

void Scenario::window(int registry, Fault fault, Nanoseconds from, Nanoseconds until,
                      const std::function<void(bool)> &change) {
    m_moments.push_back(from);
    if (fault == Fault::Restart)
        m_restarts.push_back(until);
    const auto turn = [this, registry, fault, change](bool on) {
        m_note("truth: registry " + std::to_string(registry) + ": " +
               std::string(faultName(fault)) + (on ? " begins" : " ends"));
        change(on);
        troubled(registry, on);
        weatherChanged(registry);
    };
    m_queue.at(from, [turn] { turn(true); });
    m_queue.at(until, [turn] { turn(false); });
}

void Scenario::planCutThenOutage(int registry) {
    constexpr std::array kThen{Fault::Database, Fault::ServerError, Fault::Garbage};
    const Fault then = kThen.at(m_random.index(3));
    auto &changes = m_changes[registry];
    if (!strikes(Fault::InTurn, 0.4) || !changes.contains(Fault::Cut) || !changes.contains(then))
        return;
    const Nanoseconds from = someTime();
    const Nanoseconds until = from + m_random.seconds(30, 120);
    window(registry, Fault::Cut, from, until, changes[Fault::Cut]);
    const Nanoseconds again = until + m_random.seconds(2, 30);
    window(registry, then, again, again + m_random.seconds(30, 90), changes[then]);
}

void Scenario::planRestartInOutage(int registry) {
    auto &changes = m_changes[registry];
    if (!strikes(Fault::InTurn, 0.4) || !changes.contains(Fault::Database) ||
        !changes.contains(Fault::Restart))
        return;
    const Nanoseconds from = someTime();
    const Nanoseconds anew = from + m_random.seconds(5, 100);
    window(registry, Fault::Database, from, anew + m_random.seconds(40, 150),
           changes[Fault::Database]);
    window(registry, Fault::Restart, anew, anew + m_random.seconds(2, 10), changes[Fault::Restart]);
}

void Scenario::planInTurn(int registry) {
    if (!strikes(Fault::InTurn, 0.4))
        return;
    constexpr std::array kFirst{Fault::RateLimit, Fault::Cached, Fault::Kept};
    constexpr std::array kThen{Fault::Restart, Fault::Freeze, Fault::Database};
    const Fault first = kFirst.at(m_random.index(3));
    const Fault then = kThen.at(m_random.index(3));
    auto &changes = m_changes[registry];
    if (!changes.contains(first) || !changes.contains(then))
        return;
    const Nanoseconds from = someTime();
    const Nanoseconds until = from + m_random.seconds(130, m_random.chance(0.5) ? 180 : 400);
    const Nanoseconds over = until + m_random.seconds(28, 120);
    window(registry, first, from, until, changes[first]);
    window(registry, then, until - 1s, over, changes[then]);
    if (changes.contains(Fault::Cut) && m_random.chance(0.4)) // and we see it only later
        window(registry, Fault::Cut, until - 1s, over + m_random.seconds(30, 90),
               changes[Fault::Cut]);
    for (int i = 0; i < static_cast<int>(m_world.agents().size()); ++i)
        if (m_world.agents()[i].registry == registry && strikes(Fault::Die, 0.2))
            m_queue.at(from + m_random.seconds(-30, 30), [this, i] { stop(i, 0); });
}

void Scenario::planRegistry(int registry) {
    Open &open = m_open[registry];
    Trouble &trouble = m_oracle.troubles[registry];
    const auto slows = [this, &trouble](bool on) {
        if (on && trouble.active == 0) {
            trouble.activeSince = m_queue.now();
            if (m_dashboard.isRunning() &&
                m_queue.now() - std::max(trouble.endedAt, trouble.wokeAt) > 150s)
                trouble.chainFrom = m_queue.now();
        }
        if (on && trouble.active == 0)
            trouble.stretches.emplace_back(m_queue.now(), m_end);
        trouble.active += on ? 1 : -1;
        if (!on)
            trouble.endedAt = m_queue.now();
        if (trouble.active == 0)
            trouble.stretches.back().second = m_queue.now();
    };
    const auto unheard = [this, &trouble](bool on) {
        if (on && trouble.unheard == 0 && m_queue.now() - trouble.unheardTo > Oracle::kChained)
            trouble.unheardFrom = m_queue.now();
        trouble.unheard += on ? 1 : -1;
        trouble.unheardTo = m_queue.now();
    };
    const auto reads = [this, slows, &trouble](bool on) {
        slows(on);
        if (on && trouble.unreadable == 0)
            trouble.unreadableSince = m_queue.now();
        trouble.unreadable += on ? 1 : -1;
    };
    const auto hinders = [reads, unheard](bool on) {
        unheard(on);
        reads(on);
    };
    // These look like a registry that is frozen behind its proxy.
    const auto ambiguous = [this, hinders, &trouble](int &count) {
        return [this, &count, hinders, &trouble](bool on) {
            count += on ? 1 : -1;
            hinders(on);
            trouble.ambiguousUntil = m_queue.now();
        };
    };
    const auto counted = [hinders](int &count) {
        return [&count, hinders](bool on) {
            count += on ? 1 : -1;
            hinders(on);
        };
    };
    const auto severing = [this, registry](const std::function<void(bool)> &change) {
        return [this, registry, change](bool on) {
            m_world.sever(registry, on);
            change(on);
        };
    };
    windows(registry, Fault::Cut, 4, severing(counted(open.cut)));
    windows(registry, Fault::Blackhole, 3, severing(ambiguous(open.blackhole)));
    windows(registry, Fault::Strip, 2, [&open](bool on) { open.strip += on ? 1 : -1; });
    windows(registry, Fault::DropEvents, 4, [this, &open, &trouble](bool on) {
        open.drop += on ? 1 : -1;
        trouble.droppedUntil = open.drop > 0 ? m_end : m_queue.now();
    });
    windows(registry, Fault::Slow, 2, [this, &open, &trouble](bool on) {
        open.slow += on ? 1 : -1;
        open.crawls = on && (open.crawls || m_random.chance(0.3));
        if (open.crawls || trouble.crawledUntil == m_end)
            trouble.crawledUntil = open.crawls ? m_end : m_queue.now();
    });
    windows(registry, Fault::Delay, 2, [&open](bool on) { open.delay += on ? 1 : -1; });
    windows(registry, Fault::RateLimit, 2, [this, &open, slows, &trouble](bool on) {
        open.limit += on ? 1 : -1;
        slows(on);
        trouble.limitedUntil = on ? m_end : m_queue.now();
        // After the last 429 nothing is asked for a while.
        trouble.ambiguousUntil = m_queue.now() + (on ? 0s : 30s);
    });
    windows(registry, Fault::ServerError, 2, ambiguous(open.error));
    windows(registry, Fault::Garbage, 2, ambiguous(open.garbage));
    windows(registry, Fault::LostReads, 4, ambiguous(open.lost));
    windows(registry, Fault::NoRecords, m_random.chance(0.3) ? 2 : 0,
            [this, &open, &link = m_dashboard.link(registry)](bool on) {
                open.noRecords += on ? 1 : -1;
                link.weather.recordsLimited = m_random.chance(0.5);
            });
    windows(registry, Fault::Cached, m_random.chance(0.3) ? 2 : 0,
            [=, this, &open, &trouble](bool on) {
                slows(on);
                open.cached += on ? 1 : -1;
                trouble.cachedUntil = m_queue.now();
                if (!on)
                    return;
                trouble.cachedFrom = m_queue.now();
                m_dashboard.link(registry).fillCache();
            });
    windows(registry, Fault::Kept, m_random.chance(0.3) ? 2 : 0, [&open, reads](bool on) {
        reads(on);
        open.kept += on ? 1 : -1;
    });
    windows(registry, Fault::Other, m_random.chance(0.3) ? 2 : 0, ambiguous(open.other));
    windows(registry, Fault::Database, 2, [this, registry, hinders](bool on) {
        hinders(on);
        on ? m_world.takeDatabase(registry) : m_world.bringDatabase(registry);
    });
    windows(registry, Fault::Wiped, m_random.chance(0.4) ? 1 : 0,
            [this, registry, hinders, &open, &trouble](bool on) {
                hinders(on);
                open.wiped += on ? 1 : -1;
                trouble.wipedAt = on ? m_queue.now() : trouble.wipedAt;
                trouble.wipedUntil = on ? m_end : m_queue.now();
                if (open.wiped == (on ? 1 : 0))
                    on ? m_world.wipe(registry) : m_world.restore(registry);
            });
    if (strikes(Fault::Hiccups, 0.3))
        planHiccups(registry, hinders);
    windows(registry, Fault::HalfOpen, 3, [this, registry](bool on) {
        if (on)
            m_dashboard.link(registry).loseStreamSilently();
    });
    windows(registry, Fault::Restart, 2, [this, registry, hinders](bool on) {
        hinders(on);
        on ? m_world.stopRegistry(registry) : m_world.startRegistry(registry);
    });
    windows(registry, Fault::Freeze, 2, [this, registry, hinders](bool on) {
        hinders(on);
        on ? m_world.freezeRegistry(registry) : m_world.thawRegistry(registry);
    });
}

void Scenario::planHiccups(int registry, const std::function<void(bool)> &hinders) {
    // In step with the beats, or long ones from which agents are still coming back.
    const bool brief = m_random.chance(0.5);
    const bool startsAnew = !brief && m_random.chance(0.5);
    const Nanoseconds away = brief ? m_random.seconds(8, 22) : m_random.seconds(30, 120);
    // Shorter than the longest backoff, or not: who comes back may miss several.
    const Nanoseconds back = brief ? 30s - away : m_random.seconds(35, startsAnew ? 65 : 90);
    Nanoseconds at = someTime();
    m_moments.push_back(at);
    for (int left = 2 + m_random.index(8); left > 0; --left, at += away + back) {
        const auto turn = [this, registry, hinders, startsAnew](bool on) {
            m_note("truth: registry " + std::to_string(registry) + ": hiccup " +
                   (on ? "begins" : "ends"));
            hinders(on);
            troubled(registry, on);
            if (startsAnew)
                on ? m_world.stopRegistry(registry) : m_world.startRegistry(registry);
            else
                on ? m_world.takeDatabase(registry) : m_world.bringDatabase(registry);
        };
        m_queue.at(at, [turn] { turn(true); });
        m_queue.at(at + away, [turn] { turn(false); });
    }
}

void Scenario::planClocks(int registry) {
    constexpr std::array kSteps{-180.0, -3'600.0, -86'400.0, -20.0, 95.0, 180.0, 3'600.0, 86'400.0};
    if (strikes(Fault::ClockStep, 0.4))
        for (int left = 1 + m_random.index(3); left > 0; --left) {
            const double by = kSteps.at(m_random.index(static_cast<int>(kSteps.size())));
            Nanoseconds at = someTime();
            if (!m_joins.empty() && strikes(Fault::Moment, 0.5)) // and somebody is new
                at = m_joins[m_random.index(static_cast<int>(m_joins.size()))] -
                     m_random.seconds(0, 30);
            m_moments.push_back(at);
            m_queue.at(std::max(at, 1ns), [this, registry, by] { setClock(registry, by); });
        }
    if (strikes(Fault::ClockDrift, 0.4))
        m_world.registries()[registry].clockDrift = m_random.between(-0.01, 0.01);
    windows(registry, Fault::WrongDate, m_random.chance(0.5) ? 3 : 0,
            [this, registry](bool on) { wrongDates(registry, on); });
    // That few set no clock, so that nothing is allowed for them.
    windows(registry, Fault::WrongDate, 4, [this, registry](bool on) {
        m_dashboard.link(registry).weather.rarelyOff = !on                    ? Nanoseconds{}
                                                       : m_random.chance(0.5) ? Nanoseconds(300s)
                                                                              : Nanoseconds(-300s);
        m_oracle.troubles[registry].rarelyWrongUntil = on ? m_end : m_queue.now();
    });
}

void Scenario::setClock(int registry, double bySeconds) {
    m_note("truth: registry " + std::to_string(registry) + ": its clock is set by " +
           std::to_string(static_cast<int>(bySeconds)) + " s");
    m_world.stepClock(registry, fromSeconds(bySeconds));
    m_oracle.troubles[registry].clockSetAt = m_queue.now();
    m_oracle.troubles[registry].changedAt = m_queue.now();
}

void Scenario::wrongDates(int registry, bool on) {
    wrongDates(registry, on, static_cast<Dates>(m_random.index(static_cast<int>(Dates::Count))));
}

void Scenario::wrongDates(int registry, bool on, Dates how) {
    constexpr std::array kOff{-7200.0, -300.0, -120.0, -20.0, 20.0, 120.0, 300.0, 7200.0};
    Weather &weather = m_dashboard.link(registry).weather;
    m_open[registry].dates += on ? 1 : -1;
    m_oracle.troubles[registry].wrongClocks = m_open[registry].dates;
    m_oracle.troubles[registry].datesWrongUntil = m_queue.now();
    if (!on && m_open[registry].dates > 0)
        return;
    weather.frontClocks = {Nanoseconds{}};
    weather.frontStandsAt.reset();
    if (!on)
        return;
    const Nanoseconds off = fromSeconds(kOff.at(m_random.index(static_cast<int>(kOff.size()))));
    switch (how) {
    case Dates::Off:
        weather.frontClocks = {off};
        return;
    case Dates::Two:
        weather.frontClocks.push_back(off);
        return;
    case Dates::Standing:
        weather.frontStandsAt = m_world.utc(registry, m_queue.now()) - m_random.seconds(0, 600);
        return;
    default:
        weather.frontClocks.clear();
    }
}

void Scenario::weatherChanged(int registry) {
    const Open &open = m_open[registry];
    Trouble &trouble = m_oracle.troubles[registry];
    Link &link = m_dashboard.link(registry);
    Weather weather;
    weather.frontClocks = link.weather.frontClocks;
    weather.frontStandsAt = link.weather.frontStandsAt;
    weather.rarelyOff = link.weather.rarelyOff;
    weather.cut = open.cut > 0;
    weather.blackhole = open.blackhole > 0;
    weather.strip = open.strip > 0;
    weather.dropEvents = open.drop > 0 ? 0.7 : 0;
    if (open.slow > 0)
        weather.latencyHigh = 2s;
    if (open.slow > 0 && open.crawls) {
        weather.latencyLow = 3s;
        weather.latencyHigh = 4500ms;
    }
    weather.perMinute = open.perMinute;
    weather.unexplained = open.unexplained > 0;
    weather.noLists = open.noLists > 0 && open.ill < 0;
    weather.ill = open.ill;
    weather.mislabelled = open.mislabelled;
    if (open.delay > 0)
        weather.latencyHigh = std::max<Nanoseconds>(weather.latencyHigh, 1s);
    // With both there is no reading it at all.
    weather.noRecords = open.noRecords > 0 && open.noLists == 0 && open.perMinute == 0;
    weather.recordsLimited = link.weather.recordsLimited;
    weather.refusedAt = weather.noRecords ? link.weather.refusedAt : std::nullopt;
    weather.cached = open.cached > 0;
    weather.kept = open.kept > 0;
    weather.other = open.other > 0;
    if (open.slow > 0 || open.delay > 0 || open.noRecords > 0 || open.perMinute > 0) {
        trouble.lateness = open.perMinute > 0 ? 100s : open.slow > 0 && open.crawls ? 12s : 4s;
        trouble.lateUntil = m_end;
    } else if (trouble.lateUntil == m_end) {
        trouble.lateUntil = m_queue.now();
    }
    if (open.limit + open.error + open.garbage > 0) {
        weather.refusals = 0.9;
        weather.refusal = open.limit > 0   ? Weather::Refusal::RateLimit
                          : open.error > 0 ? Weather::Refusal::ServerError
                                           : Weather::Refusal::Garbage;
    }
    weather.lostReads = open.lost > 0 ? 0.9 : 0;
    const bool cutNow = weather.cut && !link.weather.cut;
    const bool replacedNow = weather.other && !link.weather.other;
    link.weather = weather;
    if (cutNow && m_dashboard.isRunning())
        link.cutNow();
    if (replacedNow && m_dashboard.isRunning())
        link.replacedNow();
}

void Scenario::planDashboard() {
    m_queue.at(m_random.seconds(0, 90), [this] {
        m_note("truth: the dashboard starts");
        m_oracle.dashboardStarted();
        m_dashboard.start();
    });
    // One after the other, so that they do not lie within each other.
    Nanoseconds at = someTime();
    const bool often = has(Fault::Quit) && m_climate.rate(Fault::Quit) >= Climate::kOften;
    const int times = m_random.index(often ? 16 : 5);
    for (int i = 0; i < times; ++i, at += m_random.seconds(600, often ? 4000 : 14400)) {
        const bool quits = m_random.chance(0.5);
        const auto moment = std::lower_bound(m_moments.begin(), m_moments.end(), at);
        if (moment != m_moments.end() && strikes(Fault::Moment, 0.5)) {
            const int left =
                static_cast<int>(std::min<std::ptrdiff_t>(8, m_moments.end() - moment));
            at = moment[m_random.index(left)] + m_random.seconds(1, 150);
            const auto later = [at](Nanoseconds birth) { return birth > at; };
            const auto birth = std::find_if(m_births.begin(), m_births.end(), later);
            if (birth != m_births.end() && m_random.chance(0.5))
                at = *birth + m_random.seconds(20, 100);
        }
        if (!has(quits ? Fault::Quit : Fault::Sleep))
            continue;
        const Nanoseconds from = at;
        at += strikes(Fault::Moment, 0.3) ? m_random.seconds(1, 60) : someDuration();
        const auto restart = std::lower_bound(m_restarts.begin(), m_restarts.end(), at);
        if (quits && restart != m_restarts.end() && strikes(Fault::Moment, 0.2))
            at = *restart + m_random.seconds(1, 50);
        quits ? quit(from, at) : sleep(from, at);
    }
}

void Scenario::away(Nanoseconds from, Nanoseconds until, const std::function<void()> &leave,
                    const std::function<void()> &come) {
    const auto isAway = std::make_shared<bool>(false);
    m_queue.at(from, [this, isAway, leave] {
        *isAway = m_dashboard.isRunning(); // not while it is away otherwise
        if (*isAway)
            leave();
    });
    m_queue.at(until, [isAway, come] {
        if (*isAway)
            come();
    });
}

void Scenario::quit(Nanoseconds from, Nanoseconds until) {
    const auto leave = [this] {
        m_note("truth: the dashboard ends");
        m_dashboard.quit();
    };
    away(from, until, leave, [this] {
        m_note("truth: the dashboard starts");
        returned();
        m_dashboard.start();
    });
}

void Scenario::sleep(Nanoseconds from, Nanoseconds until) {
    const auto leave = [this] {
        m_note("truth: the machine sleeps");
        m_dashboard.sleep();
        for (int r = 0; r < static_cast<int>(m_world.registries().size()); ++r) {
            Trouble &trouble = m_oracle.troubles[r];
            if (trouble.active == 0 &&
                m_queue.now() - std::max(trouble.endedAt, trouble.wokeAt) > 150s)
                trouble.chainFrom = m_queue.now();
            m_world.sever(r, true);
        }
    };
    away(from, until, leave, [this] {
        m_note("truth: the machine wakes");
        returned();
        m_dashboard.wake();
        for (int r = 0; r < static_cast<int>(m_world.registries().size()); ++r) {
            m_oracle.troubles[r].wokeAt = m_queue.now();
            m_world.sever(r, false);
        }
    });
}

void Scenario::returned() {
    m_oracle.dashboardStarted();
    if (!strikes(Fault::Forged, 0.15)) // who is there first
        return;
    const int agent = m_random.index(static_cast<int>(m_world.agents().size()));
    const Nanoseconds offset = anyOffset();
    for (int beat = 1; beat <= 12; ++beat)
        m_queue.in(beat * 2s, [this, agent, offset] { forge(agent, offset); });
    m_queue.in(m_random.seconds(20, 80), [this, agent] {
        join(m_world.agents()[agent].registry); // whom only a clock places
    });
}

} // namespace heartline::simulation
