// SPDX-License-Identifier: GPL-3.0-or-later
// Agents that a registry no longer knows: removed, deregistered, or the registry lost them all.
#include "support/fleet_bench.h"

#include <QTest>

using namespace heartline;
using namespace heartline::test;

class MissingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneRemovedUnseenIsToldQuietly() {
        Fleet fleet(10);
        fleet.run(100s);
        fleet.agents[3].forgotten = true;
        fleet.run(400s);
        QCOMPARE(fleet.count(AgentState::Unknown), 1);
        QVERIFY(fleet.core.watch(3).judgement.missing);
        QCOMPARE(fleet.accused().size(), 0U);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 0);
        fleet.feed(event::EndAccepted{3});
        fleet.run(120s);
        QCOMPARE(fleet.count(AgentState::Deregistered), 1);
        QCOMPARE(fleet.count(AgentState::Active), 9);
    }
    void whoIsNotNamedMayBeWhatCouldNotBeRead() {
        CoreBench b;
        b.connect();
        b.read(protocol::EntityStatus::Active, b.utc(b.now), b.utc(b.now) - std::chrono::hours(1));
        const auto list = [&](std::size_t unread) {
            b.now += 30s;
            b.beat();
            b.feed(event::ListRead{.registry = b.registry,
                                   .good = true,
                                   .complete = true,
                                   .sentAt = b.now,
                                   .unread = unread});
        };
        for (int i = 0; i < 3; ++i)
            list(1);
        QVERIFY(b.core.registry(b.registry).shown() == LinkState::Connected);
        QVERIFY(!b.core.watch(0).evidence.isMissing());
    }
    void anAlertEndsWithTheOperatorsWordAlone() {
        Fleet fleet(10);
        fleet.run(100s);
        fleet.agents[3].beats = false;
        fleet.run(150s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(3)});
        fleet.agents[3].forgotten = true;
        fleet.run(600s);
        QCOMPARE(fleet.count<effect::AlertResolved>(), 0);
        fleet.feed(event::EndAccepted{3});
        QCOMPARE(fleet.count<effect::AlertResolved>(), 1);
    }
    void oneThatWasDeregisteredEndsWithItsRecord() {
        Fleet fleet(10);
        fleet.run(100s);
        // The event alone may be forged.
        fleet.feed(event::ChangeHinted{fleet.registry, fleet.id(3), false, true});
        fleet.run(20s);
        QCOMPARE(fleet.count(AgentState::Active), 10);
        fleet.agents[3].forgotten = true;
        fleet.feed(event::ChangeHinted{fleet.registry, fleet.id(3), false, true});
        fleet.run(1s);
        QCOMPARE(fleet.count(AgentState::Deregistered), 0); // once is not enough
        fleet.run(10s);
        QCOMPARE(fleet.count(AgentState::Deregistered), 1);
    }
    void oneThatComesBackIsJudgedAnew() {
        Fleet fleet(10);
        fleet.run(100s);
        fleet.agents[3].forgotten = true;
        fleet.run(400s);
        fleet.agents[3].forgotten = false;
        fleet.run(70s);
        QCOMPARE(fleet.count(AgentState::Active), 10);
        fleet.agents[3].beats = false;
        fleet.run(150s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(3)});
    }
    void whoseRecordWasLostHasItsTimeToComeBack() {
        Fleet fleet(12);
        fleet.run(100s);
        for (const std::size_t agent : {2, 3, 4})
            fleet.agents[agent].forgotten = true;
        fleet.run(200s);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::Connected);
        QCOMPARE(fleet.accused().size(), 0U);
        fleet.agents[2].beats = fleet.agents[3].beats = fleet.agents[4].beats = false;
        for (const std::size_t agent : {2, 3, 4})
            fleet.agents[agent].forgotten = false;
        fleet.run(65s);
        QCOMPARE(fleet.accused().size(), 0U);
        fleet.agents[2].beats = fleet.agents[3].beats = true;
        fleet.run(75s); // it is asked for once a minute
        QCOMPARE(fleet.accused(), std::vector{fleet.id(4)});
        QCOMPARE(fleet.count(AgentState::Active), 11);
    }
    void oneThatIsMissingNowAndThenHidesNoDeath() {
        Fleet fleet(12);
        fleet.run(100s);
        fleet.agents[3].beats = false;
        for (int i = 0; i < 12 && fleet.accused().empty(); ++i) {
            fleet.agents[3].forgotten = true;
            fleet.run(40s);
            fleet.agents[3].forgotten = false;
            fleet.run(60s); // each time it would have its 75 s anew
        }
        QCOMPARE(fleet.accused(), std::vector{fleet.id(3)});
    }
    void aRegistryThatLostMostIsInTrouble_data() {
        QTest::addColumn<int>("agents");
        QTest::addRow("one") << 1;
        QTest::addRow("two") << 2;
        QTest::addRow("twelve") << 12;
    }
    void aRegistryThatLostMostIsInTrouble() {
        QFETCH(int, agents);
        Fleet fleet(agents);
        fleet.run(200s);
        fleet.effects.clear();
        fleet.answered.clear();
        for (auto &agent : fleet.agents)
            agent.forgotten = true;
        fleet.run(60s);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 1);
        QVERIFY(fleet.core.registry(fleet.registry).shown() == LinkState::Forgetful);
        fleet.run(900s);
        QCOMPARE(fleet.count(AgentState::Unknown), agents);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 0);
        for (auto &agent : fleet.agents)
            agent.forgotten = false;
        fleet.run(75s);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 1);
        QCOMPARE(fleet.count(AgentState::Active), agents);
        QCOMPARE(fleet.accused().size(), 0U);
    }
    void oneThatDiedMeanwhileIsToldAfterTheGrace() {
        Fleet fleet(12);
        fleet.run(200s);
        for (auto &agent : fleet.agents)
            agent.forgotten = true;
        fleet.run(300s);
        fleet.agents[5].beats = false;
        for (auto &agent : fleet.agents)
            agent.forgotten = false;
        fleet.run(140s);
        QCOMPARE(fleet.accused(), std::vector{fleet.id(5)});
    }
    void theLastOneMayBeRemoved() {
        Fleet fleet(1);
        fleet.run(100s);
        fleet.agents[0].forgotten = true;
        fleet.run(60s);
        QCOMPARE(fleet.count<effect::RegistryAlertRaised>(), 1);
        fleet.feed(event::EndAccepted{0});
        fleet.run(120s);
        QCOMPARE(fleet.count<effect::RegistryAlertResolved>(), 1);
        QVERIFY(isSighted(fleet.core.registry(fleet.registry).shown()));
    }
};

QTEST_GUILESS_MAIN(MissingTest)
#include "missing_test.moc"
