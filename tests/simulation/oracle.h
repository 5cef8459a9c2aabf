// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/dashboard.h"

namespace heartline::simulation {

struct Violation {
    Nanoseconds at{};
    int agent = -1;
    std::string what;
};

/// What is really wrong between the dashboard and one registry. Times are true time.
struct Trouble {
    /// Faults that go on, of any kind that hinders reading.
    int active = 0;
    Nanoseconds endedAt{-1s};
    /// Of these, such as a registry is accused of: a limit on requests is none.
    /// When it last began, and when the first did of several of which each came soon after another.
    Nanoseconds activeSince{-1000s};
    Nanoseconds chainFrom{-1000s};
    /// Our machine woke, which is no trouble of the registry, and goes on with the chain.
    Nanoseconds wokeAt{-1000s};
    int unreadable = 0;
    Nanoseconds unreadableSince{-1s};
    /// When the first single record was refused, of the last time that they were.
    Nanoseconds refusedAt{-1000s};
    /// While it could not be read, fewer of ours beat on than three quarters of those whose turn
    /// it was: then what others are said to do may prove nothing.
    bool fewBeatOn = false;
    /// Times in which nothing could be read, or that look as if nobody had been heard; the last
    /// may go on. Those of the latter kind come in chains, as who comes back from one may be kept
    /// from it by the next: when the last chain began, and when it ended.
    std::vector<std::pair<Nanoseconds, Nanoseconds>> stretches;
    int unheard = 0;
    Nanoseconds unheardFrom{-1000s};
    Nanoseconds unheardTo{-1000s};
    Nanoseconds withoutStream{-1000s};
    Nanoseconds streamUntil{-1000s}; ///< when there was one, last
    /// So many of its agents fell silent at about the same time around when it was last not seen
    /// that the registry may be why.
    bool fellTogether = false;
    /// Since when not one good answer can come; nothing while some may.
    std::optional<Nanoseconds> muteSince;
    /// Answers were last lost then.
    Nanoseconds lostUntil = -1000s;
    /// Lists alone were last answered then.
    Nanoseconds noRecordsUntil = -1000s;
    /// Since when another registry can be told to answer; nothing while none does.
    std::optional<Nanoseconds> otherSince;
    /// The link had found that out a second ago.
    bool otherKnown = false;
    /// Anything at all that is out of order: how much goes on, and when that last changed.
    int anything = 0;
    Nanoseconds changedAt{-1000s};
    /// Of a fault that cannot be told from a registry which heard nobody.
    Nanoseconds ambiguousUntil{-1s};
    /// Dates that are wrong just now, until when they were, and when its own clock was set.
    int wrongClocks = 0;
    Nanoseconds datesWrongUntil{-1000s};
    Nanoseconds clockSetAt{-1000s};
    Nanoseconds rarelyWrongUntil{-1000s};
    /// When a cache was last filled.
    Nanoseconds cachedFrom{-1000s};
    Nanoseconds cachedUntil{-1000s};
    /// When a beat was last forged there.
    Nanoseconds forgedAt{-1000s};
    /// The same of three or more agents at once, for which it is the registry that is told.
    Nanoseconds manyForgedAt{-1000s};
    /// It did not tell what outages were, and lists were refused, until then.
    Nanoseconds unexplainedUntil{-1000s};
    Nanoseconds unlistedUntil{-1000s};
    /// Nearly all requests got 429 until then.
    Nanoseconds limitedUntil{-1000s};
    /// Few requests were allowed until then.
    Nanoseconds meteredUntil{-1000s};
    /// It knew nobody any more, from then on.
    Nanoseconds wipedAt{-1000s};
    Nanoseconds wipedUntil{-1000s};
    /// None of ours is known there, and it knows nobody.
    Nanoseconds emptyUntil{-1000s};
    /// Answers take 6 to 9 s.
    Nanoseconds crawledUntil{-1000s};
    int mislabelled = -1;
    /// One whose record, and entry in lists, cannot be read, and when.
    int ill = -1;
    Nanoseconds illFrom{-1000s};
    Nanoseconds illUntil{-1000s};
    /// Until when events were dropped.
    Nanoseconds droppedUntil{-1000s};
    /// Answers may be so late.
    Nanoseconds lateness{};
    Nanoseconds lateUntil{-1s};
};

/// Sees the truth, and holds the dashboard to it at every instant: no false alert, none missed, one
/// per incident, every end after a real beat, green only while it is true, the true time of the
/// last beat.
class Oracle {
public:
    /// Outages with more time than that between them excuse each for itself: 75 s of grace, and
    /// what the dashboard may count as not heard before them and after.
    static constexpr auto kChained = std::chrono::seconds(75 + 12 + 14);

    Oracle(EventQueue &queue, World &world);

    void watch(Dashboard *dashboard) { m_dashboard = dashboard; }
    /// Every effect that tells something.
    void observe(const liveness::Effect &effect);
    /// Called once a second.
    void check();
    void linkSighted(int registry, Nanoseconds blindFrom);
    void dashboardStarted();

    std::vector<Trouble> troubles;

    void violate(int agent, std::string what);
    /// Silent for so long that an alert must be out by now.
    [[nodiscard]] bool mustHaveAlerted(int agent) const;
    /// Nothing has been in the way of knowing for so long.
    /// So is one whose record cannot be read.
    [[nodiscard]] bool mustBeToldUnread(int agent) const;
    [[nodiscard]] bool isCalm(int registry, Nanoseconds since) const;

    [[nodiscard]] const std::vector<Violation> &violations() const { return m_violations; }
    [[nodiscard]] int alerts() const { return m_alerts; }
    [[nodiscard]] int registryAlerts() const { return m_registryAlerts; }

private:
    struct Incident {
        bool open = false;
        std::optional<Nanoseconds> lastBeatAtRaise;
    };
    void registryRaised(int registry);
    void registryResolved(int registry);
    /// Most of what we watch there left while we were blind, which looks as if it had been lost.
    [[nodiscard]] bool allDeregistered(int registry) const;
    /// None of the agents that we know there is left, so that only lists are read.
    [[nodiscard]] bool nobodyIsLeft(int registry) const;
    /// None of ours was ever there, so that an empty list of a wiped one is a good answer.
    [[nodiscard]] bool nobodyMissed(int registry) const;
    /// There is no other record than one that cannot be read.
    [[nodiscard]] bool isIllAlone(int registry) const;
    /// It is deregistered, or the one it is a copy of.
    [[nodiscard]] bool hasEnded(const Agent &agent) const;
    /// Good answers may come just now.
    [[nodiscard]] bool mayAnswer(int registry) const;
    /// So long after the last trouble all is as it should be.
    void checkProgress(int registry);
    void checkRegistry(int registry);
    /// What is known of its last beat was read while dates were wrong or the clock was being set.
    [[nodiscard]] bool restsOnWrongClocks(int agent) const;
    /// Clocks that were wrong place its beat.
    [[nodiscard]] bool guessesAt(int agent) const;
    /// Nothing but a guess, or a date that is minutes off, places its beat as yet.
    [[nodiscard]] bool awaitsClock(int agent) const;
    [[nodiscard]] bool clocksChangedUnseen(int registry) const;
    /// Nobody else beats there, or one stranger does.
    [[nodiscard]] bool isAlone(int agent) const;
    /// How many fell silent there within a quarter of an hour; all, where events are lost.
    [[nodiscard]] int silentOfLate(int registry) const;
    /// Beats were forged, since it last heard nobody, for half of those that are not told.
    [[nodiscard]] bool mostAreForged(int registry) const;
    /// All that is known of its agents may be old copies.
    [[nodiscard]] bool startedWithACache(int registry) const;
    /// It beat while we were blind, and old records tell nothing of that.
    [[nodiscard]] bool isInOldRecords(int agent) const;
    /// Its last beat's place in time needs no clock.
    [[nodiscard]] bool isFirm(int agent) const;
    /// No clock tells when between two reads it beat.
    [[nodiscard]] bool lateWithoutClock(int agent) const;
    /// By so much a clock that is wrong may place its beat too late.
    [[nodiscard]] Nanoseconds misplaced(int agent) const;
    /// A wrong date comes now and then, or did until just now.
    [[nodiscard]] bool isRarelyWrong(int registry) const;
    /// An outage that nothing tells to one who started, or was blind, meanwhile.
    [[nodiscard]] bool tellsNothing(int registry) const;
    /// The registry's clock was set while we were blind, and neither a stream nor a date tells so.
    [[nodiscard]] bool wasSetUntold(int registry) const;
    void raised(int agent, const liveness::effect::AlertRaised &alert);
    void resolved(int agent, liveness::effect::ResolveReason reason);
    void checkAgent(int agent);
    /// Since its last beat, without trouble and what lies so close to it.
    [[nodiscard]] Nanoseconds listenedFor(int agent, Nanoseconds before, Nanoseconds after) const;
    /// Silent for so long while it could be heard and read that no outage excuses it any more.
    [[nodiscard]] bool isBeyondExcuse(int agent) const;
    void noteWhoBeatsOn(int registry);
    [[nodiscard]] bool manyFellTogether(int registry) const;
    /// What more it takes to find out that its beats were forged.
    [[nodiscard]] Nanoseconds forgeryDelay(int agent) const;

    EventQueue &m_queue;
    World &m_world;
    Dashboard *m_dashboard = nullptr;
    std::vector<Incident> m_incidents;
    std::vector<Nanoseconds> m_greenSince; ///< of agents: when it was last told to be anything else
    std::vector<Nanoseconds> m_foundAt;    ///< of agents: when it was first watched
    std::vector<Nanoseconds> m_sightedAt;
    std::vector<std::optional<Nanoseconds>> m_toldSince; ///< that a registry is in trouble
    std::vector<Nanoseconds> m_toldOld; ///< when a registry was last told to be out of date
    std::vector<Nanoseconds> m_blindFrom;
    std::vector<std::optional<Nanoseconds>> m_lastUnseen; ///< by agent: its last beat before sight
    std::vector<Nanoseconds> m_setUnseenAt; ///< when its clock was, while it was out of sight
    std::vector<Violation> m_violations;
    Nanoseconds m_startedAt{};
    int m_alerts = 0;
    int m_registryAlerts = 0;
};

} // namespace heartline::simulation
