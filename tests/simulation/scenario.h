// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/climate.h"
#include "simulation/oracle.h"

#include <map>

namespace heartline::simulation {

/// What happens in one seed's world: when agents live and die, and when what breaks.
class Scenario {
public:
    using Note = std::function<void(const std::string &)>;
    Scenario(EventQueue &queue, Random &random, World &world, Dashboard &dashboard, Oracle &oracle,
             const Climate &climate, Nanoseconds end, Note note);

    /// Puts everything into the queue.
    void plan();

private:
    void planAgent(int agent);
    void registerNow(int agent, bool neverBeats, bool backsOff);
    /// One that was kept for that is registered now, where one is left.
    void join(int registry);
    void planForgery(int agent, Nanoseconds from);
    /// By which a forged stamp may be off.
    Nanoseconds anyOffset();
    void planFlaps(int agent);
    void planDeaths(int agent);
    /// It was registered, and ended, long before anything began.
    void planLongDead(int agent);
    /// Half of a registry's agents end at once, and come back at once.
    void planTogether(int registry);
    /// Something begins, or ends, to be out of order.
    void troubled(int registry, bool on);
    void planRegistry(int registry);
    void planClocks(int registry);
    /// Outages that follow each other; `hinders` is told of each.
    void planHiccups(int registry, const std::function<void(bool)> &hinders);
    /// How the clocks are wrong of what answers in front of a registry.
    enum class Dates { Off, Two, Standing, Absent, Count };
    void wrongDates(int registry, bool on, Dates how);
    void wrongDates(int registry, bool on);
    void planDashboard();
    /// Where it is there at `from`, it leaves then and comes back.
    void away(Nanoseconds from, Nanoseconds until, const std::function<void()> &leave,
              const std::function<void()> &come);
    void quit(Nanoseconds from, Nanoseconds until);
    void sleep(Nanoseconds from, Nanoseconds until);
    /// What is often in wait for one that comes back.
    void returned();
    /// Trouble in which beats are heard and nothing can be read, in which one ends, and then an
    /// outage.
    void planInTurn(int registry);
    /// Our line is cut, and before all who share it are back there is an outage.
    void planCutThenOutage(int registry);
    /// Its process is started anew while its database is away.
    void planRestartInOutage(int registry);
    /// Our link is cut, and some end meanwhile.
    void planDeathsInCut(int registry, Nanoseconds from, Nanoseconds length);
    /// `most` windows of trouble at random times; `change` is called with true and false.
    void windows(int registry, Fault fault, int most, const std::function<void(bool)> &change);
    void window(int registry, Fault fault, Nanoseconds from, Nanoseconds until,
                const std::function<void(bool)> &change);
    [[nodiscard]] Nanoseconds someHours();
    void weatherChanged(int registry);
    [[nodiscard]] bool has(Fault fault) const { return m_climate.has(fault); }
    /// It does this time; at its usual rate with that probability.
    [[nodiscard]] bool strikes(Fault fault, double probability);
    [[nodiscard]] Nanoseconds someTime();
    [[nodiscard]] Nanoseconds someDuration();
    void start(int agent, int process);
    void stop(int agent, int process);

    /// A beat that its agent did not make; what its stamp is off by.
    void forge(int agent, Nanoseconds ahead);
    void setClock(int registry, double bySeconds);
    /// One of ours there that is no second of another's.
    [[nodiscard]] int anyAgentOf(int registry);

    // choreography*.cpp: what one rule alone decides, many times a day; false where this world
    // lacks what it takes
    void planChoreography(int registry);
    /// scenario_manners.cpp: how some registries answer, for hours.
    void planManners(int registry);
    void loseSome(int registry);
    bool planDeathBesideOldOnes(int registry, Nanoseconds at);
    bool planOutageAfterDeath(int registry, Nanoseconds at);
    bool planCutInDoubt(int registry, Nanoseconds at);
    bool planClockSetInCut(int registry, Nanoseconds at);
    bool planJoinAsClockIsSet(int registry, Nanoseconds at);
    bool planAllDieBesideOldOnes(int registry, Nanoseconds at);
    bool planJoinBesideOldOnes(int registry, Nanoseconds at);
    bool planBackAtOne(int registry, Nanoseconds at);
    bool planBriefOutages(int registry, Nanoseconds at);
    bool planSecondOutage(int registry, Nanoseconds at);
    bool planCutsIntoOutages(int registry, Nanoseconds at);
    bool planQuitAmidForgery(int registry, Nanoseconds at);
    bool planForgedAfterAlert(int registry, Nanoseconds at);
    bool planForgedInOutage(int registry, Nanoseconds at);
    bool planForgedAtDeath(int registry, Nanoseconds at);
    bool planForgedAtStart(int registry, Nanoseconds at);
    /// Each of a registry's agents but one ends then with that probability, and is back later.
    void stopMany(int registry, double share, int but, Nanoseconds at, Nanoseconds back);

    /// How an agent is at a second registry, too.
    enum class Second { Independent, NeverBeats, MovedThere, Copy, SameProcess, Count };
    /// Makes one agent of two, of some at the first registry and the second.
    void planElsewhere();
    void planSecond(int agent, Second kind);
    void planForgedWhereItNeverBeat(int agent);

    /// How many windows of each fault are open.
    struct Open {
        int cut = 0, blackhole = 0, strip = 0, drop = 0, slow = 0, delay = 0;
        int limit = 0, error = 0, garbage = 0, lost = 0, noRecords = 0, cached = 0, dates = 0,
            kept = 0, other = 0, wiped = 0, unexplained = 0, noLists = 0;
        bool crawls = false; ///< slow means 6 to 9 s
        double perMinute = 0;
        int ill = -1, mislabelled = -1;
    };

    EventQueue &m_queue;
    Random &m_random;
    World &m_world;
    Dashboard &m_dashboard;
    Oracle &m_oracle;
    const Climate m_climate;
    const Nanoseconds m_end;
    const Note m_note;
    std::vector<Open> m_open;
    /// What begins and ends each fault, by registry.
    std::vector<std::map<Fault, std::function<void(bool)>>> m_changes;
    /// Of those that are an agent's second.
    std::map<int, Second> m_seconds;
    /// When something begins.
    std::vector<Nanoseconds> m_moments;
    /// When those were registered which never beat, and for which beats are forged at once.
    std::vector<Nanoseconds> m_births;
    /// When agents were registered during the day.
    std::vector<Nanoseconds> m_joins;
    /// By registry: those that are registered when somebody is to be new.
    std::vector<std::vector<int>> m_waiting;
    /// When registries have been started anew.
    std::vector<Nanoseconds> m_restarts;
};

} // namespace heartline::simulation
