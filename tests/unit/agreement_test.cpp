// SPDX-License-Identifier: GPL-3.0-or-later
// The stream shows, the record decides: forged events, caches, and which of them it is.
#include "support/fleet_bench.h"

#include <QTest>
#include <deque>

using namespace heartline;
using namespace heartline::test;
using protocol::EntityStatus;

namespace {
/// Old records of all, at a registry whose list is too short to name agent 8.
void giveOutOldRecords(Fleet &fleet) {
    fleet.listCap = 4;
    fleet.run(200s);
    fleet.fillCache();
    fleet.run(200s);
    QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::OutOfDate);
}
} // namespace

namespace {
void connectWithoutStream(CoreBench &b) {
    b.syncClock();
    b.feed(event::LinkChanged{b.registry, LinkState::PollingOnly, b.now});
    b.feed(event::ListRead{b.registry, true, false, b.now});
    b.feed(event::OutageExplained{b.registry, std::chrono::hours(5), {}, b.now});
}
} // namespace

class AgreementTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void forgedBeatsHideNoDeath() {
        Fleet fleet(10);
        fleet.run(200s);
        fleet.agents[3].beats = false;
        fleet.forged = {3};
        fleet.run(300s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(3)});
        QCOMPARE(fleet.count<effect::SightChanged>(), 1); // the first, with the first answer
        // Nor do they end the alert; a real beat does.
        fleet.run(300s);
        QCOMPARE(fleet.count<effect::AlertResolved>(), 0);
        fleet.agents[3].beats = true;
        fleet.run(5s); // which has its record read at once
        QCOMPARE(fleet.count<effect::AlertResolved>(), 1);
        QCOMPARE(fleet.count(AgentState::Active), 10);
    }
    void forgedForManyAtOnceItIsTheRegistrysTrouble() {
        Fleet fleet(12);
        fleet.run(200s);
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.forged = {3, 4, 5, 6, 7};
        for (const std::size_t agent : fleet.forged)
            fleet.agents[agent].beats = false;
        fleet.run(600s);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::OutOfDate);
        QCOMPARE(fleet.count<effect::SightChanged>(), 1); // it stays so
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 1);
        QCOMPARE(fleet.count(AgentState::Unknown), 12);
        // With fewer than three it is these agents again.
        fleet.forged = {3};
        fleet.run(300s);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 1);
        auto accused = fleet.accused();
        std::sort(accused.begin(), accused.end());
        QCOMPARE(accused,
                 (std::vector{fleet.id(3), fleet.id(4), fleet.id(5), fleet.id(6), fleet.id(7)}));
        QCOMPARE(fleet.count(AgentState::Active), 7);
    }
    void whatFollowsAnOldCopyMayHaveHappenedSinceThen() {
        Fleet fleet(12);
        fleet.run(200s);
        fleet.fillCache();
        fleet.run(40s);
        fleet.agents[3].beats = false;
        const MonoTime death = fleet.agents[3].last;
        fleet.run(60s);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::OutOfDate);
        const WatchIndex index = *std::as_const(fleet.core).find(fleet.registry, fleet.id(3));
        fleet.cache.clear();
        while (fleet.core.registry(fleet.registry).shown() == LinkState::OutOfDate) {
            QVERIFY(fleet.now - death < 200s);
            fleet.run(250ms);
        }
        const auto &age = fleet.core.watch(index).judgement.age;
        QVERIFY(age && age->most >= fleet.now - death - 1s);
        fleet.run(100s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(3)});
    }
    void oldRecordsThatNobodyDisputesAnyMoreEndNoAlert() {
        Fleet fleet(1);
        fleet.run(200s);
        fleet.fillCache();
        fleet.run(120s);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::OutOfDate);
        fleet.cut = true;
        fleet.feed(event::LinkChanged{fleet.registry, LinkState::Unreachable, fleet.now});
        fleet.run(40s); // it beats once more, unheard, and dies
        fleet.agents[0].beats = false;
        fleet.cut = false;
        fleet.feed(event::LinkChanged{fleet.registry, LinkState::Connected, fleet.now});
        fleet.run(300s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(0)});
        fleet.cache.clear(); // now its last beat is shown
        fleet.run(120s);
        QCOMPARE(fleet.count<effect::AlertResolved>(), 0);
        fleet.agents[0].beats = true;
        fleet.run(40s);
        QCOMPARE(fleet.count<effect::AlertResolved>(), 1);
        QCOMPARE(fleet.count(AgentState::Active), 1);
    }
    void aCopyOfItsOwnThatOutlivesTheOthersEndsNoAlert() {
        // A cache has copies of different age of the list and of each record; its clock is set
        // while it answers, so that nothing places what comes next.
        Fleet fleet(12);
        fleet.run(200s);
        fleet.fillCache();
        fleet.keptRecords[3] = fleet.agents[3].last;
        fleet.keptInLists = true;
        fleet.run(60s);
        fleet.cut = true;
        fleet.feed(event::LinkChanged{fleet.registry, LinkState::Unreachable, fleet.now});
        fleet.run(31s); // in which it beats for the last time
        fleet.agents[3].beats = false;
        fleet.cut = false;
        fleet.feed(event::LinkChanged{fleet.registry, LinkState::Connected, fleet.now});
        fleet.run(150s);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::OutOfDate);
        fleet.step = -24h;
        fleet.steppedAt = fleet.now;
        fleet.run(100s);
        fleet.cache.clear();
        fleet.run(200s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(3)});
        fleet.keptRecords.clear();
        fleet.run(200s);
        QCOMPARE(fleet.count<effect::AlertResolved>(), 0);
    }
    void anOldCopyOfOneAddressAccusesNobody() {
        Fleet fleet(12);
        fleet.run(200s);
        fleet.keptRecords[3] = fleet.agents[3].last;
        const WatchIndex index = *std::as_const(fleet.core).find(fleet.registry, fleet.id(3));
        for (int i = 0; i < 60; ++i) {
            fleet.feed(event::ReadWanted{index});
            fleet.run(10s);
        }
        QCOMPARE(fleet.accused(), std::vector<std::string>{});
        QCOMPARE(fleet.count(AgentState::Active), 12);
        QVERIFY(!fleet.core.watch(index).evidence.streamDoubted);
    }
    void whoGaveOutOldRecordsIsNotBelievedAboutOne() {
        Fleet fleet(12);
        giveOutOldRecords(fleet);
        fleet.keptRecords[8] = fleet.cache[8];
        fleet.cache.clear();
        const WatchIndex index = *std::as_const(fleet.core).find(fleet.registry, fleet.id(8));
        for (int i = 0; i < 180; ++i) {
            fleet.feed(event::ReadWanted{index});
            fleet.run(10s);
        }
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::Connected);
        QCOMPARE(fleet.accused(), std::vector<std::string>{});
    }
    void whoGaveOutOldRecordsIsBelievedWherePagesTell() {
        Fleet fleet(12);
        giveOutOldRecords(fleet);
        fleet.cache.clear();
        fleet.run(60s);
        fleet.agents[8].beats = false;
        fleet.forged = {8};
        fleet.run(330s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(8)});
    }
    void whereNoListTellsOthersRecordsDo() {
        Fleet fleet(12);
        fleet.listCap = 4;
        fleet.run(200s);
        fleet.agents[8].beats = false;
        fleet.forged = {8};
        fleet.run(330s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(8)});
    }
    void oneForgedBeatEndsNoAlert() {
        Fleet fleet(10);
        fleet.run(70s);
        fleet.agents[3].beats = false;
        fleet.run(150s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(3)});
        fleet.beat(fleet.id(3));
        fleet.run(300s);
        QCOMPARE(fleet.count<effect::AlertResolved>(), 0);
        QCOMPARE(fleet.count<effect::AlertRaised>(), 1);
    }
    void oldRecordsOfAllAreTheRegistrys_data() {
        QTest::addColumn<int>("agents");
        QTest::addRow("one") << 1;
        QTest::addRow("two") << 2;
        QTest::addRow("twelve") << 12;
    }
    void oldRecordsOfAllAreTheRegistrys() {
        QFETCH(int, agents);
        Fleet fleet(agents);
        fleet.run(200s);
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.fillCache();
        fleet.run(220s);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 1);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::OutOfDate);
        QCOMPARE(fleet.count(AgentState::Unknown), agents);
        fleet.run(600s);
        QCOMPARE(fleet.accused().size(), 0U);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 1);
        fleet.cache.clear();
        fleet.run(30s);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 1);
        QCOMPARE(fleet.count(AgentState::Active), agents);
        QCOMPARE(fleet.accused().size(), 0U);
    }
    void aCacheIsNotForgottenOverAnOutage() {
        Fleet fleet(12);
        fleet.run(200s);
        fleet.fillCache();
        fleet.run(220s);
        for (int i = 0; i < 4; ++i) {
            fleet.recordsFail = fleet.listFails = true;
            fleet.run(40s);
            fleet.recordsFail = fleet.listFails = false;
            fleet.run(200s);
            QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::OutOfDate);
        }
        QCOMPARE(fleet.accused().size(), 0U);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 1);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 0);
        fleet.cache.clear();
        fleet.agents[3].beats = false;
        fleet.run(60s);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 1);
        fleet.run(60s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(3)});
        QCOMPARE(fleet.count(AgentState::Active), 11);
    }
    void aCutForgetsNoCache() {
        Fleet fleet(12);
        fleet.run(200s);
        fleet.fillCache();
        fleet.run(220s);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::OutOfDate);
        fleet.cut = true;
        fleet.feed(event::LinkChanged{fleet.registry, LinkState::Unreachable, fleet.now});
        fleet.run(120s); // nobody was heard for longer than a beat is believed
        fleet.cut = false;
        fleet.feed(event::LinkChanged{fleet.registry, LinkState::Connected, fleet.now});
        fleet.run(200s);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::OutOfDate);
        QCOMPARE(fleet.accused().size(), 0U);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 0);
        fleet.cache.clear();
        fleet.run(60s);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 1);
        QCOMPARE(fleet.count(AgentState::Active), 12);
    }
    void aReplicaThatLagsByMinutesStaysTheRegistrysTrouble() {
        Fleet fleet(12);
        fleet.run(200s);
        std::deque<std::vector<MonoTime>> copies; // of every 10 s
        for (int i = 0; i < 100; ++i) {
            fleet.cache.clear();
            fleet.fillCache();
            copies.push_back(fleet.cache);
            if (copies.size() > 15)
                copies.pop_front();
            fleet.cache = copies.front();
            fleet.run(10s);
        }
        QCOMPARE(fleet.accused().size(), 0U);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 1);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 0);
        fleet.cache.clear();
        fleet.run(60s);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 1);
        QCOMPARE(fleet.count(AgentState::Active), 12);
    }
    void twoCopiesInTurnHideNoDeath() {
        CoreBench b;
        connectWithoutStream(b);
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime newer = b.utc(b.now) - 3s;
        const UtcTime older = newer - 400s;
        b.read(EntityStatus::Active, newer, registered);
        int reads = 0;
        b.pass(300s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, ++reads % 2 == 0 ? newer : older, registered);
        });
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        QVERIFY2(reads < 80, qPrintable(QString::number(reads)));
    }
    void manyOldCopiesInTurnHideNoDeath() {
        CoreBench b;
        connectWithoutStream(b);
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(9);
        const UtcTime newest = b.utc(b.now) - 3s;
        b.read(EntityStatus::Active, newest, registered);
        int reads = 0;
        b.pass(600s, [&](const effect::ReadRecord &) {
            // 20 copies, each 100 s older than another, in no order.
            b.read(EntityStatus::Active, newest - 100s * (++reads * 7 % 20), registered);
        });
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        QCOMPARE(b.count<effect::AlertResolved>(), 0);
    }
    void oneWhoseRecordWentBackIsTakenForForged() {
        Fleet fleet(12);
        fleet.run(200s);
        fleet.agents[3].beats = false;
        fleet.forged = {3};
        fleet.keptRecords[3] = fleet.agents[3].last - 500s;
        fleet.keptInLists = true;
        fleet.run(270s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(3)});
    }
    void aReplicaThatLagsIsNotOutOfDate() {
        Fleet fleet(12);
        fleet.run(200s);
        fleet.effects.clear();
        fleet.answered.clear();
        for (int i = 0; i < 60; ++i) { // always between 0 and 20 s behind
            fleet.cache.clear();
            fleet.fillCache();
            fleet.run(20s);
        }
        QCOMPARE(fleet.count<effect::SightChanged>(), 0);
        QCOMPARE(fleet.accused().size(), 0U);
        QCOMPARE(fleet.count(AgentState::Active), 12);
    }
};

QTEST_GUILESS_MAIN(AgreementTest)
#include "agreement_test.moc"
