// SPDX-License-Identifier: GPL-3.0-or-later
// Registries that are ill, not gone: whose silence counts, what a stamp is worth, who is accused.
#include "support/fleet_bench.h"

#include <QTest>

using namespace heartline;
using namespace heartline::test;
using Bench = heartline::test::CoreBench;
using protocol::EntityStatus;

class HearingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void afterReadsThatFailedTheLivingGetTheirTime_data() {
        QTest::addColumn<int>("seconds");
        for (const int seconds : {75, 150, 420, 3600})
            QTest::addRow("%d s", seconds) << seconds;
    }
    void afterReadsThatFailedTheLivingGetTheirTime() {
        QFETCH(int, seconds);
        Fleet fleet(12);
        fleet.run(70s);
        fleet.away = true;
        fleet.run(20s);
        fleet.agents[5].beats = false; // dies while nobody can be heard
        fleet.run(std::chrono::seconds(seconds - 20));
        QCOMPARE(fleet.accused().size(), 0U);
        fleet.away = false;
        fleet.run(120s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(5)});
        QCOMPARE(fleet.count(AgentState::Active), 11);
    }
    void aCutOfOurLinkEndsNoExcuseOfTheOutageBefore() {
        Fleet fleet(12);
        fleet.run(70s);
        fleet.away = true;
        fleet.run(100s);
        fleet.away = false;
        fleet.agents[5].beats = false; // its backoff goes on for a minute
        fleet.run(10s);
        fleet.cut = true;
        fleet.feed(event::LinkChanged{fleet.registry, LinkState::Unreachable, fleet.now});
        fleet.run(34s);
        fleet.cut = false;
        fleet.feed(event::LinkChanged{fleet.registry, LinkState::Connected, fleet.now});
        fleet.run(15s);
        QCOMPARE(fleet.accused().size(), 0U);
        fleet.agents[5].beats = true;
        fleet.run(60s);
        QCOMPARE(fleet.accused().size(), 0U);
        QCOMPARE(fleet.count(AgentState::Active), 12);
    }
    void whoWasToldBeforeAnOutageIsNotToldAgain() {
        Fleet fleet(12);
        fleet.run(70s);
        fleet.agents[5].beats = false;
        fleet.run(89s); // not yet past the mark on the registry's own clock
        fleet.run(15s);
        const auto before = fleet.accused();
        QCOMPARE(before, std::vector{fleet.id(5)});
        fleet.agents[6].beats = false;
        fleet.run(119s);
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.away = true;
        fleet.run(200s);
        fleet.away = false;
        fleet.run(12s);
        QCOMPARE(fleet.accused(),
                 std::vector<std::string>()); // it was told before, and is not again
    }
    void errorsNowAndThenHideNoDeadAgent() {
        // 30 s of errors every 90 s for an hour, the stream silent meanwhile.
        Fleet fleet(4);
        fleet.run(70s);
        fleet.agents[2].beats = false;
        const MonoTime death = fleet.agents[2].last;
        std::optional<MonoTime> told;
        for (int round = 0; round < 40 && !told; ++round) {
            fleet.away = true;
            fleet.run(30s);
            fleet.away = false;
            for (int i = 0; i < 60 && !told; ++i) {
                fleet.run(1s);
                if (!fleet.accused().empty())
                    told = fleet.now;
            }
        }
        QCOMPARE(fleet.accused(), std::vector{fleet.id(2)});
        QVERIFY2(*told - death <= 270s, qPrintable(QString::number(toSeconds(*told - death))));
    }
    void aRegistryThatFailsIsNotConnectedAndItsAgentsAreUnknownInTime() {
        Fleet fleet(12);
        fleet.run(70s);
        fleet.away = true;
        fleet.run(60s);
        QVERIFY(fleet.core.registry(0).shown() == LinkState::Refusing);
        QCOMPARE(fleet.count(AgentState::Unknown), 12);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 1);
        QCOMPARE(fleet.count<effect::SightChanged>(), 2); // at the start, and now
        fleet.away = false;
        fleet.run(40s);
        QVERIFY(fleet.core.registry(0).shown() == LinkState::Connected);
        QCOMPARE(fleet.count(AgentState::Active), 12);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 1);
    }
    void aFailingRegistryIsTriedSoonAgainAndThenWithinTenSeconds() {
        Fleet fleet(12);
        fleet.run(70s);
        fleet.away = true;
        fleet.run(300s);
        QVERIFY(fleet.failedAt.size() > 10);
        const MonoTime first = fleet.failedAt.at(2);
        std::set<std::int64_t> steps;
        for (std::size_t i = 3; i + 1 < fleet.failedAt.size(); ++i) {
            const Nanoseconds step = fleet.failedAt[i + 1] - fleet.failedAt[i];
            QVERIFY2(step <= (fleet.failedAt[i] - first < 58s ? 1500ms : 10s),
                     qPrintable(QString::number(toSeconds(step))));
            if (fleet.failedAt[i] - first > 65s) {
                QVERIFY(step > 5s); // and it is left alone
                steps.insert(step.count());
            }
        }
        QVERIFY(steps.size() > 3); // not all who watch it come back in the same instant
    }
    void oneUnreadableRecordBlindsNobody() {
        Fleet fleet(6);
        fleet.run(70s);
        fleet.unreadable = Fleet::id(1);
        fleet.agents[1].beats = false;
        fleet.run(120s);
        fleet.agents[2].beats = false;
        const MonoTime death = fleet.agents[2].last;
        fleet.run(95s - (fleet.now - death));
        const auto accused = fleet.accused();
        QVERIFY(std::count(accused.begin(), accused.end(), Fleet::id(2)) == 1);
        QCOMPARE(fleet.count<effect::SightChanged>(), 1); // at the start
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 0);
        // The list shows it as well.
        QVERIFY(std::count(accused.begin(), accused.end(), Fleet::id(1)) == 1);
    }
    void aListThatFailsAloneBlindsNobody() {
        Fleet fleet(6);
        fleet.run(70s);
        fleet.listFails = true;
        fleet.run(300s);
        QCOMPARE(fleet.count<effect::SightChanged>(), 1);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 0);
        QVERIFY2(fleet.failedAt.size() < 20, "and it is left alone ever longer");
        fleet.agents[2].beats = false;
        fleet.run(95s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(2)});
    }
    void startedInAnOutageItAccusesNobody_data() {
        QTest::addColumn<int>("before");
        for (const int seconds : {0, 2, 10, 24, 60})
            QTest::addRow("%d s before its end", seconds) << seconds;
    }
    void startedInAnOutageItAccusesNobody() {
        // Nobody is there but ours, whose beats are from before the outage of 150 s.
        QFETCH(int, before);
        Fleet fleet(0, false);
        const MonoTime start = fleet.now;
        for (int i = 0; i < 6; ++i)
            fleet.agents.push_back({start - 150s + std::chrono::seconds(before) - 5s * i});
        fleet.away = before > 0;
        fleet.run(std::chrono::seconds(before));
        fleet.away = false;
        std::vector<event::OutageExplained::Witness> ours;
        for (std::size_t i = 0; i < fleet.agents.size(); ++i)
            ours.push_back({Fleet::id(i), std::chrono::floor<std::chrono::seconds>(
                                              fleet.utc(fleet.agents[i].last))});
        for (std::size_t i = 0; i < fleet.agents.size(); ++i) {
            fleet.answer(Fleet::id(i));
            fleet.agents[i].last = fleet.now - 30s + 4s * static_cast<std::int64_t>(i + 1);
        }
        fleet.feed(event::ListRead{fleet.registry, true, true, fleet.now});
        fleet.feed(event::OutageExplained{fleet.registry, std::chrono::hours(5), ours, fleet.now});
        fleet.feed(event::Tick{});
        QCOMPARE(fleet.accused(), std::vector<std::string>());
        fleet.run(120s);
        QCOMPARE(fleet.accused(), std::vector<std::string>());
        QCOMPARE(fleet.count(AgentState::Active), 6);
    }
    void aReadThatIsLostIsAReadThatFailed() {
        Bench b;
        b.connect();
        b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - std::chrono::hours(1));
        b.beat();
        b.lists = Bench::Lists::Lost;
        b.pass(150s, [](const effect::ReadRecord &) {}); // never an answer, of any kind
        QCOMPARE(b.state(), AgentState::Unknown);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        QCOMPARE(b.count<effect::RegistryAlertRaised>(), 1);
    }
    void aReadThatWeCancelledIsNoFailure() {
        Bench b;
        b.connect();
        b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - std::chrono::hours(1));
        for (int i = 0; i < 10; ++i)
            b.feed(event::ReadCancelled{b.registry, kId});
        QCOMPARE(b.core.registry(0).failuresInRow, 0);
        QCOMPARE(b.state(), AgentState::Active);
        b.effects.clear();
        b.feed(event::Tick{});
        QVERIFY(b.count<effect::ReadRecord>() + b.count<effect::ReadList>() > 0); // still wanted
    }
    void aWakeRaisesNoAlertOfARegistry() {
        Bench b;
        b.connect();
        b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - std::chrono::hours(1));
        const MonoTime slept = b.now;
        b.now += std::chrono::hours(3);
        b.feed(event::Woke{slept});
        b.feed(event::Tick{}); // which follows at once
        QCOMPARE(b.count<effect::RegistryAlertRaised>(), 0);
        b.now += 24s;
        b.feed(event::Tick{});
        QCOMPARE(b.count<effect::RegistryAlertRaised>(), 0);
        b.now += 2s; // now it is the registry that is late
        b.feed(event::Tick{});
        QCOMPARE(b.count<effect::RegistryAlertRaised>(), 1);
    }
    void hearingIsKeptProvedWhereNobodyBeats() {
        Bench b;
        b.connect();
        const UtcTime last = b.utc(b.now) - std::chrono::hours(2);
        const auto old = [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Inactive, last, last - std::chrono::hours(1));
        };
        b.read(EntityStatus::Inactive, last, last - std::chrono::hours(1));
        b.pass(200s, old);
        QVERIFY(b.now - b.core.registry(0).heardAt <= 11s);
    }

    void aStampAheadOfTimeFreezesNobody() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        b.read(EntityStatus::Active, b.utc(b.now), registered);
        const UtcTime year2200 = *parseRfc3339("2200-01-01T00:00:00Z");
        b.feed(event::BeatHeard{b.registry, kId, year2200});
        const UtcTime second = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        b.pass(95s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, second, registered);
        });
        QCOMPARE(b.state(), AgentState::Stale); // 90 s after it was heard
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        const UtcTime again = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        b.beat();
        b.read(EntityStatus::Active, again, registered);
        QCOMPARE(b.state(), AgentState::Active);
        QCOMPARE(b.count<effect::AlertResolved>(), 1);
    }
    void whatAnEarlierRunStoredFreezesNobody() {
        Bench b;
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime year2200 = *parseRfc3339("2200-01-01T00:00:00Z");
        b.feed(event::Remembered{b.registry, kId, registered, b.remembered(year2200), true, false,
                                 true});
        b.connect();
        b.read(EntityStatus::Active, b.utc(b.now) - 4s, registered);
        QCOMPARE(b.state(), AgentState::Active);
        QCOMPARE(b.count<effect::AlertResolved>(), 1);
        QVERIFY(b.age() < 10);
    }
    void aRecordThatStaysAheadOfTimeIsOneBeat() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime ahead =
            std::chrono::floor<std::chrono::seconds>(b.utc(b.now)) + std::chrono::minutes(3);
        b.read(EntityStatus::Active, ahead, registered);
        b.pass(95s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, ahead, registered);
        });
        QCOMPARE(b.state(), AgentState::Stale);
    }

    void aBeatInTheSecondOfTheRegistrationIsABeat_data() {
        QTest::addColumn<bool>("listed");
        QTest::newRow("told by the list") << true;
        QTest::newRow("read by itself") << false;
    }
    void aBeatInTheSecondOfTheRegistrationIsABeat() {
        QFETCH(bool, listed);
        Bench b;
        b.connect();
        b.feed(event::ListRead{b.registry, true, listed, b.now, listed ? 0U : 3U});
        b.now += 10s;
        // What a deployed node publishes within 50 ms; only then we learn whose it is.
        const UtcTime second = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        b.feed(event::ChangeHinted{b.registry, kId, true});
        QVERIFY(b.core.listensFor(b.registry, kId));
        b.feed(event::ConnectionSeen{b.registry, kId});
        b.beat();
        const auto truth = [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, second, second);
        };
        b.now += 200ms;
        if (listed) {
            b.read(EntityStatus::Active, second, second);
            b.feed(event::ListRead{b.registry, true, true, b.now});
        } else {
            b.pass(1s, truth);
        }
        QCOMPARE(b.state(), AgentState::Active);
        QVERIFY(!b.core.listensFor(b.registry, "zns:stranger"));
        b.pass(95s, truth);
        QCOMPARE(b.state(), AgentState::Stale);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
    }
    void whoFallsSilentTogetherIsToldTogether_data() {
        QTest::addColumn<int>("agents");
        QTest::addColumn<bool>("others");
        QTest::addColumn<int>("cause");
        const auto row = [](const char *name, int agents, bool others, effect::SilenceCause cause) {
            QTest::newRow(name) << agents << others << static_cast<int>(cause);
        };
        row("all of ours", 3, true, effect::SilenceCause::AllOfOurs);
        row("nobody is heard", 3, false, effect::SilenceCause::NobodyIsHeard);
        row("two are no crowd", 2, true, effect::SilenceCause::ItsOwn);
    }
    void whoFallsSilentTogetherIsToldTogether() {
        QFETCH(int, agents);
        QFETCH(bool, others);
        Bench b;
        b.connect();
        const UtcTime second = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        const auto id = [](int i) { return "zns:" + std::to_string(i); };
        for (int i = 0; i < agents; ++i) {
            b.read(EntityStatus::Active, second - 3s, second - std::chrono::hours(1), id(i));
            b.beat(id(i));
        }
        for (int i = 0; i < 95; ++i) {
            if (others)
                b.feed(event::OthersHeard{b.registry, b.utc(b.now)});
            b.pass(1s, [&](const effect::ReadRecord &r) {
                b.read(EntityStatus::Active, second, second - std::chrono::hours(1), r.entityId);
            });
        }
        QCOMPARE(b.count<effect::AlertRaised>(), agents); // it holds nothing back
        QTEST(static_cast<int>(b.last<effect::AlertRaised>().cause), "cause");
    }
    void oneOfManyThatFallsSilentDoesSoByItself() {
        Bench b;
        b.connect();
        const UtcTime hourAgo = b.utc(b.now) - std::chrono::hours(1);
        const auto id = [](int i) { return "zns:" + std::to_string(i); };
        const auto read = [&](const std::string &which) {
            const bool dead = which == id(0);
            b.read(EntityStatus::Active,
                   std::chrono::floor<std::chrono::seconds>(dead ? kEpoch : b.utc(b.now)), hourAgo,
                   which);
        };
        for (int i = 0; i < 4; ++i)
            read(id(i));
        b.beat(id(0));
        for (int i = 0; i < 95; ++i) {
            for (int agent = 1; agent < 4; ++agent)
                b.beat(id(agent));
            b.pass(1s, [&](const effect::ReadRecord &r) { read(r.entityId); });
        }
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        QVERIFY(b.last<effect::AlertRaised>().cause == effect::SilenceCause::ItsOwn);
    }
    void thatOursBeatOnShowsThatTheRegistryHears() {
        // Reads fail for a minute, and all but one beat all the while: it was no gap.
        test::Fleet fleet(30);
        fleet.run(60s);
        fleet.agents[2].beats = false;
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.run(30s);
        fleet.recordsFail = fleet.listFails = true;
        fleet.run(70s);
        QVERIFY(fleet.accused().empty());
        fleet.recordsFail = fleet.listFails = false;
        fleet.run(15s);
        QVERIFY(fleet.count<effect::SightChanged>() >= 2); // it was lost, and is back
        QCOMPARE(fleet.accused(), std::vector{fleet.id(2)});
    }
    void whatAStrangerIsSaidToDoShowsNothingWhileReadsFail() {
        // Its database is away for 150 s; somebody makes up a stranger's beats.
        test::Fleet fleet(6);
        fleet.run(60s);
        fleet.away = true;
        for (int i = 0; i < 50; ++i) {
            fleet.feed(event::OthersHeard{fleet.registry, fleet.utc(fleet.now)});
            fleet.run(3s);
        }
        fleet.away = false;
        for (auto &agent : fleet.agents)
            agent.beats = false; // until they have found out
        fleet.run(20s);
        for (auto &agent : fleet.agents)
            agent.beats = true;
        fleet.run(60s);
        QVERIFY(fleet.accused().empty());
        QCOMPARE(fleet.count(AgentState::Active), 6);
    }
    void oneRegisteredAnewThatHasBeatenSinceHasBeaten() {
        Bench b;
        b.connect();
        b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - std::chrono::hours(1));
        b.now += 20s;
        const UtcTime second = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        b.beat();
        b.now += 500ms;
        b.read(EntityStatus::Active, second, second);
        QCOMPARE(b.state(), AgentState::Active);
    }

    void whoIsNotProvedOursRaisesNothing() {
        Bench b;
        b.connect();
        const UtcTime old = b.utc(b.now) - 200s;
        const auto claim = [&](bool owned) {
            b.feed(event::RecordRead{
                b.registry,
                kId,
                {EntityStatus::Active, old - std::chrono::hours(1), old, false, false},
                b.now,
                owned});
        };
        claim(false);
        b.pass(10s, [&](const effect::ReadRecord &) { claim(false); });
        QCOMPARE(b.state(), AgentState::Stale); // it is shown
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        b.now += 1s;
        claim(true);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        b.now += 1s;
        claim(false); // once proved it stays so
        QVERIFY(b.core.watch(0).owned);
    }

    void withoutDatesEventsTellTheTime() {
        RegistryClock clock;
        const MonoTime now(100s);
        clock.assumeOwnClock(kEpoch, now);
        QCOMPARE(clock.rank(now), ClockRank::OwnClock);
        QCOMPARE(toSeconds(clock.uncertainty(now)), toSeconds(RegistryClock::kOwnClockMargin));
        clock.observeEvent(kEpoch + 30s, now);
        QCOMPARE(clock.rank(now), ClockRank::Stamps);
        QVERIFY(clock.uncertainty(now) <= RegistryClock::kEventDelay);
        QVERIFY(clock.estimate(now) - (kEpoch + 30s) <= RegistryClock::kEventDelay);
        // A few that contradict may be forged, however many; if none comes that does not, for a
        // while, the clock was set.
        const auto forged = [&](Nanoseconds after) {
            clock.observeEvent(kEpoch + std::chrono::hours(1) + after, now + after);
        };
        for (int i = 0; i < 100; ++i)
            forged(1s);
        forged(20s);
        clock.observeEvent(kEpoch + 30s + 21s, now + 21s); // a true one among them
        forged(80s);
        QVERIFY(clock.estimate(now + 80s) < kEpoch + 180s);
        for (const auto after : {82s, 90s, 104s})
            forged(after);
        QVERIFY(clock.estimate(now + 104s) >= kEpoch + std::chrono::hours(1));
        // A proxy's date that says otherwise is left aside, and so is our own clock.
        clock.observeDate(kEpoch, now + 105s, now + 105s);
        clock.assumeOwnClock(kEpoch + std::chrono::hours(9), now + 106s);
        QVERIFY(clock.estimate(now + 106s) >= kEpoch + std::chrono::hours(1));
        QVERIFY(clock.estimate(now + 106s) <= kEpoch + std::chrono::hours(2));
    }
    void aClockIsFoundToBeSetAtTheNetworksPace() {
        // An hour back, by dates that come each tenth of a period.
        for (const double pace : {1.0, 0.1}) {
            RegistryClock clock(pace);
            const auto at = [&](double seconds) {
                return MonoTime(100s) + fromSeconds(seconds * pace);
            };
            const auto date = [&](double seconds, Nanoseconds by) {
                clock.observeDate(kEpoch + (at(seconds) - MonoTime(100s)) + by, at(seconds),
                                  at(seconds));
            };
            for (int i = 0; i <= 20; ++i)
                date(i * 3, 0s);
            for (int i = 21; i < 40; ++i)
                date(i * 3, -1h);
            QVERIFY(clock.estimate(at(118)) > kEpoch - 30min); // it was right within a minute
            for (int i = 40; i <= 42; ++i)
                date(i * 3, -1h);
            QVERIFY(clock.estimate(at(127)) < kEpoch - 30min);
        }
    }
    void withOurOwnClockAloneNobodyStaysUnjudged() {
        Bench b;
        b.core.clock(b.registry).assumeOwnClock(b.utc(b.now) + 60s, b.now); // ours is wrong, too
        b.feed(event::LinkChanged{b.registry, LinkState::PollingOnly, b.now});
        b.feed(event::ListRead{b.registry, true, false, b.now});
        b.feed(event::OutageExplained{b.registry, std::chrono::hours(5), {}, b.now});
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime last = std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 5s);
        b.read(EntityStatus::Active, last, registered);
        b.pass(180s,
               [&](const effect::ReadRecord &) { b.read(EntityStatus::Active, last, registered); });
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
    }

    void aDateThatContradictsOurClockAccusesNobodyAtOnce() {
        CoreBench b; // a proxy's clock is two hours ahead
        b.core.clock(b.registry).assumeOwnClock(b.utc(b.now), b.now);
        b.core.clock(b.registry).observeDate(b.utc(b.now) + std::chrono::hours(2), b.now, b.now);
        b.feed(event::LinkChanged{b.registry, LinkState::Connected, b.now});
        b.feed(event::ListRead{b.registry, true, false, b.now});
        b.feed(event::OutageExplained{b.registry, std::chrono::hours(5), {}, b.now});
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime last = std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 5s);
        const auto read = [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, last, registered);
        };
        b.read(EntityStatus::Active, last, registered);
        b.pass(25s, read);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        b.beat(); // which tells
        QCOMPARE(b.state(), AgentState::Active);
        b.pass(60s, read);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
    }
    void aLimitIsNoOutage() {
        CoreBench b;
        b.connect();
        for (int i = 0; i < 4; ++i)
            b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - 1h,
                   "zns:" + std::to_string(i));
        b.pass(200s, [&](const effect::ReadRecord &read) {
            b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - 1h, read.entityId);
        });
        const MonoTime grace = b.core.registry(b.registry).sight.graceUntil;
        b.pass(60s, [&](const effect::ReadRecord &read) { // records are limited, lists are not
            b.feed(event::ReadFailed{b.registry, read.entityId, LinkState::Refusing, true});
        });
        QCOMPARE(b.core.registry(b.registry).sight.graceUntil, grace);
        QVERIFY(b.core.registry(b.registry).shown() == LinkState::Connected);
    }
    void outagesThatNobodyExplainsHideNoDeath() {
        CoreBench b;
        b.lists = CoreBench::Lists::Failed;
        b.connect(false);
        const UtcTime registered = b.utc(b.now) - 1h;
        const UtcTime died = b.utc(b.now) - 5s;
        const auto answer = [&](const effect::ReadRecord &read) {
            b.read(EntityStatus::Active, read.entityId == kId ? died : b.utc(b.now) - 1s,
                   registered, read.entityId);
        };
        answer({b.registry, kId});
        answer({b.registry, "zns:other"});
        const MonoTime start = b.now;
        while (b.count<effect::AlertRaised>() == 0 && b.now - start < 1h) {
            b.pass(35s, answer);
            b.feed(event::LinkChanged{b.registry, LinkState::Silent, b.now});
            b.pass(25s, answer);
            b.feed(event::LinkChanged{b.registry, LinkState::Connected, b.now});
        }
        // 150 s of hearing at 35 s a minute, and what goes before the first answer.
        QVERIFY2(b.now - start < 420s, qPrintable(QString::number(toSeconds(b.now - start))));
        QCOMPARE(b.last<effect::AlertRaised>().watch, 0U);
    }
    void aBurstThatIsLimitedIsNoOutage() {
        CoreBench b;
        b.connect();
        for (int i = 0; i < 10; ++i)
            b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - 1h,
                   "zns:" + std::to_string(i));
        for (int i = 0; i < 10; ++i)
            b.feed(event::ReadFailed{b.registry, "zns:" + std::to_string(i), LinkState::Refusing,
                                     true});
        QVERIFY(b.core.registry(b.registry).shown() == LinkState::Connected);
    }
    void aRegistryThatLimitsEverythingIsToldInTime() {
        Fleet fleet(2);
        fleet.run(70s);
        fleet.recordsFail = fleet.listFails = fleet.limited = true;
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.run(60s);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 0);
        fleet.run(60s);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 1);
        fleet.recordsFail = fleet.listFails = fleet.limited = false;
        fleet.run(60s);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 1);
        QCOMPARE(fleet.count(AgentState::Active), 2);
    }
    void whatIsAllowedIsFoundOut() {
        ReadBudget budget;
        double allowance = 4; // of 8 a minute
        int good = 0;
        int limited = 0;
        for (MonoTime now(1000s); now < MonoTime(1000s) + 1h; now += 250ms) {
            allowance = std::min(4.0, allowance + 8.0 / 60 / 4);
            if (!budget.take(now, true))
                continue;
            if (allowance >= 1) {
                --allowance;
                budget.worked();
                ++good;
            } else {
                ++limited;
                budget.limited(now, 5s);
            }
        }
        QVERIFY2(good > 60 * 6, qPrintable(QString::number(good)));
        QVERIFY2(limited < good / 2, qPrintable(QString::number(limited)));
    }
    void limitsOfOneBurstRestOnce() {
        CoreBench b;
        b.connect();
        const auto &budget = b.core.registry(b.registry).budget;
        const auto burst = [&] {
            for (int i = 0; i < 5; ++i)
                b.feed(event::ReadFailed{b.registry, kId, LinkState::Refusing, true});
        };
        burst();
        QVERIFY(budget.isPaused(b.now + 4s));
        QVERIFY(!budget.isPaused(b.now + 6s));
        b.now += 6s;
        burst();
        QVERIFY(budget.isPaused(b.now + 9s));
        QVERIFY(!budget.isPaused(b.now + 11s));
    }

    void hearingLeavesGapsOut() {
        HearingGaps gaps;
        QCOMPARE(toSeconds(gaps.heardBetween(MonoTime(0s), MonoTime(100s))), 100.0);
        gaps.add({MonoTime(10s), MonoTime(20s)});
        gaps.add({MonoTime(50s), MonoTime(80s)});
        QCOMPARE(toSeconds(gaps.heardBetween(MonoTime(0s), MonoTime(100s))), 60.0);
        QCOMPARE(toSeconds(gaps.heardBetween(MonoTime(15s), MonoTime(60s))), 30.0);
        HearingGaps cuts; // what lies in both counts once
        cuts.add({MonoTime(15s), MonoTime(30s)});
        cuts.add({MonoTime(60s), MonoTime(70s)});
        QCOMPARE(toSeconds(gaps.heardBetween(MonoTime(0s), MonoTime(100s), cuts)), 50.0);
        QCOMPARE(toSeconds(cuts.heardBetween(MonoTime(0s), MonoTime(100s), gaps)), 50.0);
        gaps.add({MonoTime(50s), MonoTime(90s)}); // the same one, which went on
        QCOMPARE(toSeconds(gaps.heardBetween(MonoTime(0s), MonoTime(100s))), 50.0);
        gaps.dropLast();
        QCOMPARE(toSeconds(gaps.heardBetween(MonoTime(0s), MonoTime(100s))), 90.0);
        gaps.add({MonoTime::min(), MonoTime(95s)}); // of the time before nothing is known
        QCOMPARE(toSeconds(gaps.heardBetween(MonoTime(0s), MonoTime(100s))), 5.0);
        for (int i = 0; i < 1000; ++i)
            gaps.add({MonoTime(std::chrono::seconds(100 + 2 * i)),
                      MonoTime(std::chrono::seconds(101 + 2 * i))});
        QCOMPARE(toSeconds(gaps.heardBetween(MonoTime(2000s), MonoTime(2100s))), 50.0);
    }
};

QTEST_GUILESS_MAIN(HearingTest)
#include "hearing_test.moc"
