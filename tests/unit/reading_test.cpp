// SPDX-License-Identifier: GPL-3.0-or-later
// Which reads are asked for: singly or by list, and what is done where one of them does not work.
#include "support/fleet_bench.h"

#include <QTest>

using namespace heartline;
using namespace heartline::test;
using protocol::EntityStatus;

class ReadingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whereOnlyListsWorkAllIsReadByThem() {
        Fleet fleet(30);
        fleet.listCap = 5;
        fleet.run(70s);
        fleet.recordsFail = true;
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.agents[20].beats = false;
        fleet.run(600s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(20)});
        QCOMPARE(fleet.count(AgentState::Active), 29);
        QVERIFY2(fleet.count<effect::SightChanged>() == 0, "its link flips");
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 0);
        // One now and then finds out that it ended, and the next is confirmed by itself.
        QVERIFY(fleet.core.registry(fleet.registry).recordsIll);
        fleet.recordsFail = false;
        fleet.run(20s);
        QVERIFY(!fleet.core.registry(fleet.registry).recordsIll);
    }
    void whereRecordsAreLimitedListsTell() {
        Fleet fleet(9);
        fleet.run(70s);
        fleet.recordsFail = true;
        fleet.limited = true;
        fleet.agents[4].beats = false;
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.run(130s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(4)});
        QCOMPARE(fleet.count<effect::SightChanged>(), 0);
    }
    void whoLimitsAllIsNotSeen_data() {
        QTest::addColumn<int>("dead");
        QTest::addColumn<int>("late"); // seconds, which decide whose turn it is as that begins
        for (int dead = 0; dead < 2; ++dead)
            for (int late = 0; late < 30; late += 3)
                QTest::addRow("%d dies %d s before", dead, late) << dead << late;
    }
    void whoLimitsAllIsNotSeen() {
        QFETCH(int, dead);
        QFETCH(int, late);
        Fleet fleet(2);
        fleet.run(200s);
        fleet.agents[static_cast<std::size_t>(dead)].beats = false;
        fleet.run(std::chrono::seconds(late));
        fleet.recordsFail = true;
        fleet.listFails = true;
        fleet.limited = true;
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.run(150s);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 1);
        QCOMPARE(fleet.accused(), std::vector<std::string>());
    }
    void whoseRecordCannotBeReadIsToldByItsSilence() {
        Fleet fleet(5);
        fleet.run(200s);
        fleet.unreadable = fleet.id(2);
        fleet.unlisted = true;
        fleet.run(60s);
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.run(300s); // it beats, which the stream tells
        QCOMPARE(fleet.count<effect::AlertRaised>(), 0);
        fleet.agents[2].beats = false;
        fleet.run(140s);
        QCOMPARE(fleet.count<effect::AlertRaised>(), 0);
        fleet.run(40s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(2)});
    }
    void whoseRecordFailedOnceIsNotToldByItsSilence() {
        Fleet fleet(5);
        fleet.run(200s);
        fleet.unreadable = fleet.id(2);
        fleet.unlisted = true;
        fleet.feed(event::ReadFailed{fleet.registry, fleet.id(2)}); // as others' did
        fleet.limited = true;                                       // and it is not told of since
        fleet.untold = {2};
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.run(300s);
        QCOMPARE(fleet.count<effect::AlertRaised>(), 0);
    }
    void whatFailedForAllIsForgivenAsItComesBack() {
        Fleet fleet(5);
        fleet.run(200s);
        fleet.away = true;
        for (int times = 0; times < 10; ++times) {
            for (std::size_t i = 0; i < 5; ++i)
                fleet.feed(event::ReadFailed{fleet.registry, fleet.id(i)});
            fleet.run(10s);
        }
        QVERIFY(fleet.core.watch(2).evidence.unreadSince);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::Refusing);
        fleet.away = false;
        fleet.unreadable = fleet.id(2);
        fleet.unlisted = true;
        fleet.limited = true;
        fleet.untold = {2};
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.run(300s);
        QCOMPARE(fleet.accused(), std::vector<std::string>());
    }

    void oneWhoseBeatsAreForgedLeavesOthersWhatAMeterAllows() {
        Fleet fleet(30);
        fleet.run(200s);
        const std::vector<std::size_t> dead{2, 10, 11, 12, 13, 14, 15, 16, 17, 18};
        for (const std::size_t agent : dead)
            fleet.agents[agent].beats = false;
        fleet.run(400s);
        QCOMPARE(fleet.accused().size(), dead.size());
        fleet.forged = {2};
        fleet.meter = 5s;
        fleet.listFails = fleet.limited = true; // so that nothing settles whose word is right
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.run(600s);
        const auto asked =
            std::count_if(fleet.effects.begin(), fleet.effects.end(), [](const Effect &e) {
                const auto *read = std::get_if<effect::ReadRecord>(&e);
                return read && read->entityId == Fleet::id(2);
            });
        QVERIFY2(asked <= 600 / 15 + 1, qPrintable(QString::number(asked))); // one in 15 s
    }
    void byOurOwnClockAloneNobodyIsAccusedAtFirstSight() {
        CoreBench b; // whose registry's clock is an hour behind, and tells no date
        b.core.clock(b.registry).assumeOwnClock(b.utc(b.now) + std::chrono::hours(1), b.now);
        b.feed(event::LinkChanged{b.registry, LinkState::Connected, b.now});
        b.feed(event::ListRead{b.registry, true, false, b.now});
        b.feed(event::OutageExplained{b.registry, std::chrono::hours(5), {}, b.now});
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(9);
        UtcTime last = std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 5s);
        const auto read = [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, last, registered);
        };
        b.read(EntityStatus::Active, last, registered);
        b.pass(25s, read);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        last += 30s; // its next beat, which we did not hear of
        b.pass(60s, read);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        // One that is dead is told in the end.
        b.pass(120s, read);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
    }
    void whoFailsIsNotAskedLastForEver() {
        // More is to be read than the budget allows, for twenty minutes; one record always fails.
        constexpr int kOthers = 30;
        CoreBench b;
        b.connect();
        b.feed(event::ListRead{b.registry, true, false, b.now, 500}); // lists are dear
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(9);
        const auto id = [](int i) { return "zns:" + std::to_string(i); };
        const auto read = [&](const std::string &one) {
            b.read(EntityStatus::Active, std::chrono::floor<std::chrono::seconds>(b.utc(b.now)),
                   registered, one);
        };
        read(kId);
        for (int i = 0; i < kOthers; ++i)
            read(id(i));
        std::vector<MonoTime> asked;
        const MonoTime end = b.now + 1200s;
        b.feed(event::ChangeHinted{b.registry, kId, true});
        for (int turn = 0; b.now < end; ++turn) {
            b.beat(turn % (kOthers + 1) == kOthers ? kId : id(turn % (kOthers + 1)));
            b.feed(event::ChangeHinted{b.registry, id(turn % kOthers), true});
            b.pass(250ms, [&](const effect::ReadRecord &wanted) {
                if (wanted.entityId != kId)
                    return read(wanted.entityId);
                asked.push_back(b.now);
                b.feed(event::ReadFailed{b.registry, kId});
            });
        }
        QVERIFY(asked.size() > 12);
        for (std::size_t i = 1; i < asked.size(); ++i)
            QVERIFY2(asked[i] - asked[i - 1] < 90s,
                     qPrintable(QString::number(toSeconds(asked[i] - asked[i - 1]))));
    }
    void aNewcomerThatTheListLagsBehindForIsKept() {
        CoreBench b;
        b.connect();
        b.feed(event::ChangeHinted{b.registry, "zns:new", true});
        b.feed(event::BeatHeard{b.registry, "zns:new", b.utc(b.now)});
        const UtcTime stamp = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        b.now += 1s;
        b.feed(event::ListRead{b.registry, true, true, b.now}); // without it
        b.now += 5s;
        b.read(EntityStatus::Active, stamp, stamp, "zns:new");
        QVERIFY(b.core.watch(0).evidence.everBeat);
    }
    void aFailedListIsTriedAgainSoonWhereNobodyIsKnown() {
        Fleet fleet(0, false);
        fleet.away = true;
        const MonoTime began = fleet.now;
        fleet.effects.clear(); // the list that is asked for with the link was never answered
        fleet.answered.clear();
        fleet.feed(event::ListRead{fleet.registry, false, false, fleet.now});
        fleet.run(5s);
        QVERIFY(fleet.failedAt.size() >= 3);
        QVERIFY(fleet.failedAt[1] - began < 2s);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::Refusing);
    }
    void aListThatWasLostIsMissedWhereNobodyIsKnown() {
        CoreBench b;
        b.connect();
        b.effects.clear();
        b.now += 130s;
        b.feed(event::Tick{});
        QCOMPARE(b.count<effect::ReadList>(), 1); // and no answer comes
        const MonoTime lost = b.now;
        while (b.now < lost + 200s && b.count<effect::ReadList>() < 2) {
            b.now = std::max(b.now + 1ms, b.core.nextDeadline());
            b.feed(event::Tick{});
        }
        QVERIFY(b.now < lost + 24s);
    }
    void whatNoRecordShowedIsNotRemembered() {
        CoreBench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(9);
        const UtcTime last = std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 20s);
        b.read(EntityStatus::Active, last, registered);
        b.now += 10s;
        b.beat(); // forged, perhaps
        const WatchIndex index = *std::as_const(b.core).find(b.registry, kId);
        QVERIFY(b.core.watch(index).evidence.lastBeat->source == BeatSource::Stream);
        QCOMPARE(b.core.remember(index).beat->stamp, last);
        b.now += 1s;
        b.read(EntityStatus::Active, std::chrono::floor<std::chrono::seconds>(b.utc(b.now - 1s)),
               registered);
        QVERIFY(b.core.remember(index).beat->source == BeatSource::Stream); // it shows it, too
    }
    void aLinkIsToldWhenSomethingWasRead() {
        CoreBench b;
        b.syncClock();
        b.feed(event::LinkChanged{b.registry, LinkState::Connected, b.now});
        QVERIFY(b.core.registry(b.registry).shown() == LinkState::Connecting);
        QCOMPARE(b.count<effect::SightChanged>(), 0);
        b.now += 1s;
        b.feed(event::ListRead{b.registry, true, true, b.now});
        QVERIFY(b.core.registry(b.registry).shown() == LinkState::Connected);
        QCOMPARE(b.count<effect::SightChanged>(), 1);
    }
    void thousandsRegisteredAtOnceAreAllJudged() {
        CoreBench b;
        b.connect();
        constexpr int kMany = 3000;
        const auto id = [](int i) { return "zns:" + std::to_string(i); };
        for (int i = 0; i < kMany; ++i) {
            b.feed(event::ChangeHinted{b.registry, id(i), true});
            b.beat(id(i)); // once, in the second of its registration
        }
        const UtcTime stamp = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        b.now += 1s;
        for (int i = 0; i < kMany; ++i)
            b.read(EntityStatus::Active, stamp, stamp, id(i));
        b.feed(event::ListRead{b.registry, true, true, b.now, 30});
        for (int i = 0; i < kMany; ++i)
            QVERIFY(b.core.watch(static_cast<WatchIndex>(i)).evidence.everBeat);
    }
    void aBeatThatItsRecordShowedBeforeItWasHeardIsShown() {
        CoreBench b;
        b.connect();
        const UtcTime stamp = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        b.read(EntityStatus::Active, stamp, stamp);
        QVERIFY(b.state() == AgentState::Registered);
        b.feed(event::BeatHeard{b.registry, kId, stamp + 1ms});
        QVERIFY(b.core.watch(0).evidence.recordBeats);
        b.pass(95s,
               [&](const effect::ReadRecord &) { b.read(EntityStatus::Active, stamp, stamp); });
        QVERIFY(b.state() == AgentState::Stale);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
    }
    void manyNewcomersAreReadByPages() {
        CoreBench b;
        b.connect();
        b.feed(event::ListRead{b.registry, true, false, b.now}); // cut off
        b.effects.clear();
        for (int i = 0; i < 500; ++i)
            b.feed(event::ChangeHinted{b.registry, "zns:" + std::to_string(i), true});
        b.now += 4s;
        b.feed(event::Tick{});
        const auto asked = std::find_if(b.effects.begin(), b.effects.end(), [](const Effect &e) {
            return std::holds_alternative<effect::ReadList>(e);
        });
        QVERIFY(asked != b.effects.end());
        QVERIFY(std::get<effect::ReadList>(*asked).paging);
        QCOMPARE(b.count<effect::ReadRecord>(), 0);
    }
    void aFloodOfRegistrationsIsForgottenFromItsBeginning() {
        Newcomers newcomers;
        const auto id = [](std::size_t i) { return "zns:" + std::to_string(i); };
        for (std::size_t i = 0; i < Newcomers::kMost + 100; ++i)
            QVERIFY(newcomers.add(id(i), MonoTime(1s)));
        QCOMPARE(newcomers.unasked(), Newcomers::kMost);
        QVERIFY(!newcomers.contains(id(99)));
        QCOMPARE(newcomers.askNext(), std::optional(id(100)));
        QCOMPARE(newcomers.unasked(), Newcomers::kMost - 1);
        newcomers.askAgain(id(100));
        newcomers.askAgain(id(100));
        QCOMPARE(newcomers.unasked(), Newcomers::kMost);
        newcomers.removeSeenBefore(MonoTime(2s));
        QCOMPARE(newcomers.unasked(), 0U);
        QVERIFY(!newcomers.askNext());
    }
    void aRecordWithoutABeatIsJudgedByTheRegistrysWord() {
        CoreBench b;
        b.connect();
        const auto read = [&](EntityStatus status) {
            b.now += 1s;
            const UtcTime registered = kEpoch - std::chrono::hours(1);
            b.feed(event::RecordRead{
                b.registry, kId, {status, registered, {}, false, false}, b.now, true});
        };
        read(EntityStatus::Active);
        QVERIFY(b.state() == AgentState::Registered);
        QCOMPARE(b.count<effect::AlertRaised>(), 0); // it may beat, unstated
        read(EntityStatus::Inactive);
        QVERIFY(b.state() == AgentState::Inactive);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        QVERIFY(b.last<effect::AlertRaised>().neverBeat);
    }
    void aRegistrationAheadOfTimeHidesNoDeath() {
        CoreBench b;
        b.connect();
        const UtcTime last = std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 400s);
        b.read(EntityStatus::Active, last, *parseRfc3339("2200-01-01T00:00:00Z"));
        QVERIFY(b.core.watch(0).evidence.everBeat);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
    }
};

QTEST_GUILESS_MAIN(ReadingTest)
#include "reading_test.moc"
