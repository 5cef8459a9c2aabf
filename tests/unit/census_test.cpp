// SPDX-License-Identifier: GPL-3.0-or-later
// One agent of what is known of it at several registries.
#include "liveness/census.h"

#include <QTest>

using namespace heartline;
using namespace heartline::liveness;
using protocol::EntityStatus;

namespace {

/// A core that sees its registries, whose clocks are ours, and the census of it.
struct Registries {
    MonoTime now{10'000s};
    Core core{{}, now};
    std::vector<Effect> effects;
    Census census{core};

    explicit Registries(int count) {
        for (int i = 0; i < count; ++i) {
            const auto registry = core.addRegistry(now);
            core.clock(registry).observeEvent(utc(), now);
            core.clock(registry).observeDate(std::chrono::floor<std::chrono::seconds>(utc()), now,
                                             now);
        }
        for (int i = 0; i < count; ++i)
            core.handle(
                event::LinkChanged{static_cast<std::uint32_t>(i), LinkState::Connected, now}, now,
                effects);
    }
    [[nodiscard]] UtcTime utc() const { return UtcTime(now.time_since_epoch()); }
    /// It has run for long: nobody is excused.
    void explain(std::uint32_t registry) {
        core.handle(event::ListRead{registry, true, false, now}, now, effects);
        core.handle(event::OutageExplained{registry, 5h, {}, now}, now, effects);
    }
    void record(std::uint32_t registry, RecordFacts facts) {
        now += 1s;
        core.handle(event::RecordRead{registry, "zns:a", facts, now}, now, effects);
    }
    /// A record of its home with a beat so old.
    void home(std::uint32_t registry, Nanoseconds age) {
        record(registry, {EntityStatus::Active, utc() - 24h, utc() - age, false, false});
    }
    void copy(std::uint32_t registry, EntityStatus status, bool tombstoned = false) {
        record(registry, {status, {}, {}, tombstoned, true});
    }
    /// What the census makes of all that the core has told since the last call.
    Census::Incidents incidents() {
        Census::Incidents all;
        const auto take = [&all](const Census::Incidents &some) {
            all.insert(all.end(), some.begin(), some.end());
        };
        for (const Effect &effect : std::exchange(effects, {})) {
            if (const auto *added = std::get_if<effect::WatchAdded>(&effect))
                census.bind(added->watch, core.watch(added->watch).entityId);
            else if (const auto *raised = std::get_if<effect::AlertRaised>(&effect))
                take(census.take(*raised));
            else if (const auto *resolved = std::get_if<effect::AlertResolved>(&effect))
                take(census.take(*resolved, now));
            else if (const auto *changed = std::get_if<effect::StateChanged>(&effect))
                take(census.take(*changed, now));
            else if (const auto *seen = std::get_if<effect::BeatSeen>(&effect))
                take(census.take(*seen, now));
        }
        return all;
    }
    [[nodiscard]] Standing standing() {
        (void)incidents();
        return census.standing(0);
    }
    [[nodiscard]] AgentState state() { return core.watch(standing().speaker).judgement.state; }
};

} // namespace

class CensusTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void watchesOfOneIdAreOneAgent() {
        AgentRoster roster;
        QCOMPARE(roster.bind(0, "zns:a"), 0U);
        QCOMPARE(roster.bind(1, "zns:b"), 1U);
        QCOMPARE(roster.bind(2, "zns:a"), 0U);
        QCOMPARE(roster.bind(2, "zns:a"), 0U); // again: nothing new
        QCOMPARE(roster.size(), 2U);
        QCOMPARE(roster.watchesOf(0), (std::vector<WatchIndex>{0, 2}));
        QCOMPARE(roster.agentOf(1), 1U);
    }

    void theHomeSpeaksNotTheCopy() {
        Registries two(2);
        two.copy(0, EntityStatus::Active);
        QVERIFY(two.standing().copiesOnly);
        QCOMPARE(two.state(), AgentState::Unknown);
        two.home(1, 10s);
        QVERIFY(!two.standing().copiesOnly);
        QCOMPARE(two.state(), AgentState::Active);
        QVERIFY(two.standing().dissent.empty());
        two.copy(0, EntityStatus::Inactive);
        QCOMPARE(two.state(), AgentState::Active);
        QCOMPARE(two.standing().dissent, (std::vector<WatchIndex>{0}));
    }
    void aTombstonedCopyIsDeregisteredWhateverItsStatus() {
        Registries one(1);
        one.copy(0, EntityStatus::Active, true);
        QCOMPARE(one.state(), AgentState::Deregistered);
    }
    void ofTwoHomesTheNeedyOneSpeaks() {
        Registries two(2);
        two.home(0, 5s);
        two.home(1, 60s);
        QCOMPARE(two.state(), AgentState::Late);
        QVERIFY(two.standing().dissent.empty()); // both hear it
    }

    void whoBeatsAnywhereIsAlive() {
        Registries two(2);
        two.explain(0);
        two.home(0, 120s);
        QCOMPARE(two.state(), AgentState::Stale);
        two.home(1, 60s);
        QCOMPARE(two.state(), AgentState::Late);
        QVERIFY(!two.standing().alerted);
        QVERIFY(aliveElsewhere(two.core, {0, 1}, 0));
        QVERIFY(!aliveElsewhere(two.core, {0, 1}, 1));
        QCOMPARE(two.standing().dissent, (std::vector<WatchIndex>{0}));
    }

    void whoDiedIsAliveNowhereThoughItBeatThereALittleLonger() {
        Registries two(2);
        two.explain(0);
        two.home(1, 80s);
        two.home(0, 105s);
        QVERIFY(!aliveElsewhere(two.core, {0, 1}, 1));
        QVERIFY(two.standing().alerted);
    }

    void deadAtTwoIsOneIncident() {
        Registries two(2);
        two.explain(0);
        two.explain(1);
        two.home(0, 100s);
        two.home(1, 101s);
        const auto told = two.incidents();
        QCOMPARE(told.size(), 1U);
        QVERIFY(told.front().begins && !told.front().lower);
        QVERIFY(two.census.isOpen(0));
    }
    void silentAtOneAndAliveAtAnotherIsALowerOne() {
        Registries two(2);
        two.explain(0);
        two.home(1, 5s);
        two.home(0, 120s);
        const auto told = two.incidents();
        QCOMPARE(told.size(), 1U);
        QVERIFY(told.front().begins && told.front().lower);
        QVERIFY(!two.census.isOpen(0) && two.census.isOpenThere(1));
        two.home(0, 1s);
        const auto back = two.incidents();
        QCOMPARE(back.size(), 1U);
        QVERIFY(!back.front().begins && back.front().lower);
        QVERIFY(!two.census.isOpenThere(1));
    }
    void whoIsFoundAliveElsewhereHasNoIncidentAnyMore() {
        Registries two(2);
        two.explain(0);
        two.home(0, 120s);
        QCOMPARE(two.incidents().size(), 1U);
        two.home(1, 5s);
        const auto told = two.incidents();
        QCOMPARE(told.size(), 1U);
        QVERIFY(!told.front().begins && !told.front().lower);
        QVERIFY(!two.census.isOpen(0));
    }
    void whatItBeatsSinceItsAlertMakesItNoLessAliveElsewhere() {
        Registries two(2);
        two.explain(0);
        two.home(0, 120s);
        two.now += 1s; // heard, and no record confirms it
        two.core.handle(event::BeatHeard{0, "zns:a", two.utc()}, two.now, two.effects);
        two.home(1, 1s);
        (void)two.incidents();
        QVERIFY(two.core.watch(0).alerted);
        QVERIFY(!two.census.isOpen(0));
    }
    void oneWithAnAlertOfItsOwnVouchesForNobody() {
        Registries two(2);
        two.explain(0);
        two.explain(1);
        two.home(1, 100s);
        two.home(0, 100s);
        QVERIFY(two.standing().alerted);
        two.now += 1s; // forged, perhaps
        two.core.handle(event::BeatHeard{1, "zns:a", two.utc()}, two.now, two.effects);
        QVERIFY(two.standing().alerted);
        QVERIFY(two.census.isOpen(0));
    }
    void whoIsBackAtOneIsWeighedByTheFirstBeatThatCanBeRead() {
        Registries two(2);
        two.explain(0);
        two.explain(1);
        two.home(0, 100s);
        two.home(1, 100s);
        QCOMPARE(two.incidents().size(), 1U);
        two.home(1, 0s); // it is back there, and its incident has ended
        QVERIFY(!two.incidents().back().begins);
        two.now += 60s;
        two.core.handle(event::LinkChanged{1, LinkState::Refusing, two.now}, two.now, two.effects);
        two.now += 60s;
        two.core.handle(event::Tick{}, two.now, two.effects);
        two.core.handle(event::BeatHeard{1, "zns:a", two.utc()}, two.now, two.effects);
        (void)two.incidents();
        QVERIFY(!two.census.isOpen(0) && !two.census.isOpenThere(0));
        two.core.handle(event::LinkChanged{1, LinkState::Connected, two.now}, two.now, two.effects);
        two.home(1, 0s);
        two.now += 30s;
        two.core.handle(event::BeatHeard{1, "zns:a", two.utc()}, two.now, two.effects);
        (void)two.incidents();
        QVERIFY(two.census.isOpenThere(0));
    }
    void whatComesWhereItIsSilentWeighsNothing() {
        Registries two(2);
        two.explain(0);
        two.explain(1);
        two.home(0, 100s);
        two.home(1, 100s);
        two.home(1, 0s); // it is back there alone
        QVERIFY(!two.incidents().back().begins);
        two.now += 95s; // a copy of long ago, perhaps
        two.core.handle(event::BeatHeard{0, "zns:a", two.utc()}, two.now, two.effects);
        (void)two.incidents();
        QVERIFY(two.core.watch(0).alerted && !two.census.isOpenThere(0));
        two.now += 1s;
        two.core.handle(event::BeatHeard{1, "zns:a", two.utc()}, two.now, two.effects);
        (void)two.incidents();
        QVERIFY(two.census.isOpenThere(0));
    }
    void anIncidentGoesOnAfterTheProgramWasStartedAnew() {
        Registries before(2);
        before.explain(0);
        before.home(1, 5s);
        before.home(0, 120s);
        QVERIFY(!before.incidents().empty());
        Registries after(2);
        for (WatchIndex watch = 0; watch < before.core.watchCount(); ++watch)
            after.core.handle(before.core.remember(watch), after.now, after.effects);
        (void)after.incidents();
        const auto told = after.census.restore();
        QCOMPARE(told.size(), 1U);
        QVERIFY(told.front().begins && told.front().lower);
        QVERIFY(after.census.restore().empty());
    }
};

QTEST_GUILESS_MAIN(CensusTest)
#include "census_test.moc"
