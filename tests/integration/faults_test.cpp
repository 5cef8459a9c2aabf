// SPDX-License-Identifier: GPL-3.0-or-later
// The live engine with a proxy between it and the node that breaks the link, thirty times as fast
// as the network; the link's own times (25 s of silence) are real.
#include "fleet/fleet_engine.h"
#include "support/lab.h"
#include "support/small_network.h"

#include <QTest>

using namespace heartline;
using liveness::AgentState;
using liveness::LinkState;
using test::ProxyProcess;
using Change = fleet::FleetEngine::Change;

class FaultsTest : public QObject {
    Q_OBJECT
    test::SmallNetwork network;
    std::unique_ptr<node::Node> node;
    std::unique_ptr<agent::Agent> steady;
    std::unique_ptr<agent::Agent> mortal;
    std::unique_ptr<ProxyProcess> proxy;
    std::unique_ptr<fleet::FleetEngine> engine;
    std::vector<std::string> raised;
    std::vector<std::string> resolved;

    [[nodiscard]] AgentState stateOf(const agent::Agent &agent) const {
        const auto index = engine->core().find(0, agent.entityId());
        return index ? engine->core().watch(*index).judgement.state : AgentState::Unknown;
    }
    [[nodiscard]] LinkState link() const { return engine->registry(0).link(); }
    [[nodiscard]] std::vector<std::string> only(const agent::Agent &agent) const {
        return {agent.entityId()};
    }

private Q_SLOTS:
    void init() {
        raised.clear();
        resolved.clear();
        node = network.startNode();
        steady = network.startAgent(node->url(), 0);
        mortal = network.startAgent(node->url(), 1);
        proxy = std::make_unique<ProxyProcess>(node->port());
        engine = std::make_unique<fleet::FleetEngine>(network.fleetOptions({proxy->url()}),
                                                      network.clock);
        engine->setChangeSink([this](const Change &change) {
            const std::string &id = engine->core().watch(change.watch).entityId;
            if (change.alert == Change::Alert::Raised)
                raised.push_back(id);
            if (change.alert == Change::Alert::Resolved)
                resolved.push_back(id);
        });
        engine->start();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Active, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*mortal), AgentState::Active, 60000);
    }
    void cleanup() {
        engine.reset();
        proxy.reset();
        mortal.reset();
        steady.reset();
        node.reset();
    }

    void aCutLinkAccusesNobodyAndFindsWhoDiedMeanwhile() {
        mortal->stop();
        proxy->set("cut");
        QTRY_COMPARE_WITH_TIMEOUT(link(), LinkState::Unreachable, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Unknown, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(engine->core().registry(0).alerted, true, 60000);
        QVERIFY(raised.empty());
        proxy->set("none");
        QTRY_COMPARE_WITH_TIMEOUT(link(), LinkState::Connected, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(raised, only(*mortal), 3000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Active, 3000);
        QVERIFY(!engine->core().registry(0).alerted);
        mortal->start();
        QTRY_COMPARE_WITH_TIMEOUT(resolved, only(*mortal), 60000);
        QCOMPARE(raised, only(*mortal));
    }

    void withoutUpgradesItPollsAndStillAlerts() {
        proxy->set("strip");
        engine->reconnect({0}); // drops the stream
        QTRY_COMPARE_WITH_TIMEOUT(link(), LinkState::PollingOnly, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Active, 60000);
        mortal->stop();
        QTRY_COMPARE_WITH_TIMEOUT(raised, only(*mortal), 60000);
        QVERIFY(stateOf(*steady) == AgentState::Active || stateOf(*steady) == AgentState::Late);
        mortal->start();
        QTRY_COMPARE_WITH_TIMEOUT(resolved, only(*mortal), 60000);
        proxy->set("none");
        QTRY_COMPARE_WITH_TIMEOUT(link(), LinkState::Connected, 70000);
        QCOMPARE(raised, only(*mortal));
    }

    void aHalfOpenStreamIsFoundOut() {
        proxy->set("half-open");
        // Records go on being read, so the picture stays true while the stream is dead.
        mortal->stop();
        QTRY_COMPARE_WITH_TIMEOUT(raised, only(*mortal), 60000);
        mortal->start();
        QTRY_COMPARE_WITH_TIMEOUT(resolved, only(*mortal), 60000);
        QTRY_COMPARE_WITH_TIMEOUT(link(), LinkState::Connected, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Active, 60000);
        QCOMPARE(raised, only(*mortal));
    }

    void aFrozenRegistryAccusesNobody() {
        proxy->set("freeze");
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Unknown, 60000);
        QTRY_VERIFY_WITH_TIMEOUT(!liveness::isSighted(link()), 60000);
        QTRY_COMPARE_WITH_TIMEOUT(engine->core().registry(0).alerted, true, 60000);
        proxy->set("none");
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Active, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*mortal), AgentState::Active, 60000);
        QVERIFY(raised.empty());
    }

    void somethingElseThatAnswersIsNoRegistry() {
        proxy->set("cut");
        QTRY_COMPARE_WITH_TIMEOUT(link(), LinkState::Unreachable, 60000);
        proxy->set("garbage");
        QTRY_COMPARE_WITH_TIMEOUT(link(), LinkState::NotARegistry, 60000);
        proxy->set("none");
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Active, 60000);
        QVERIFY(raised.empty());
    }

    void droppedFramesAreMadeUpForByRecords() {
        proxy->set("drop");
        mortal->stop();
        QTRY_COMPARE_WITH_TIMEOUT(raised, only(*mortal), 60000);
        QVERIFY(stateOf(*steady) == AgentState::Active || stateOf(*steady) == AgentState::Late);
        mortal->start();
        QTRY_COMPARE_WITH_TIMEOUT(resolved, only(*mortal), 60000);
        QCOMPARE(link(), LinkState::Connected);
        QCOMPARE(raised, only(*mortal));
    }

    void aStreamThatDoesNotGreetIsNone() {
        proxy->set("drop");
        engine->reconnect({0}); // opens the stream anew
        QTRY_COMPARE_WITH_TIMEOUT(link(), LinkState::PollingOnly, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Active, 60000);
        proxy->set("none");
        QTRY_COMPARE_WITH_TIMEOUT(link(), LinkState::Connected, 70000);
        QVERIFY(raised.empty());
    }

    void aRegistryThatLimitsUsAccusesNobodyUntilItAnswers() {
        proxy->set("limit");
        mortal->stop();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*mortal), AgentState::Unknown, 60000);
        // Who limits us is not away before a minute without a good answer.
        QTRY_COMPARE_WITH_TIMEOUT(engine->core().registry(0).alerted, true, 120000);
        QVERIFY(raised.empty());
        QCOMPARE(link(), LinkState::Connected); // its stream is heard all the while
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Unknown, 60000); // by it alone
        proxy->set("none");
        QTRY_COMPARE_WITH_TIMEOUT(raised, only(*mortal), 60000);
        QVERIFY(!engine->core().registry(0).alerted);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(*steady), AgentState::Active, 60000);
    }

    void withoutTrustThereIsNoSight() {
        // TLS is spoken to a server that does not speak it.
        fleet::FleetEngine secure(
            network.fleetOptions({"https://127.0.0.1:" + std::to_string(node->port())}),
            network.clock);
        secure.start();
        QTRY_COMPARE_WITH_TIMEOUT(secure.registry(0).link(), LinkState::TlsFailure, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(secure.core().registry(0).alerted, true, 60000);
        QCOMPARE(secure.core().watchCount(), 0U);
    }

    void lateMessagesChangeNothing() {
        proxy->set("delay 300"); // nine seconds at the network's pace
        mortal->stop();
        QTRY_COMPARE_WITH_TIMEOUT(raised, only(*mortal), 120000);
        mortal->start();
        QTRY_COMPARE_WITH_TIMEOUT(resolved, only(*mortal), 120000);
        QCOMPARE(raised, only(*mortal));
    }
};

QTEST_GUILESS_MAIN(FaultsTest)
#include "faults_test.moc"
