// SPDX-License-Identifier: GPL-3.0-or-later
// One fleet over several registries, and what outlives the program; real sockets, thirty times as
// fast as the network.
#include "fleet/fleet_engine.h"
#include "support/canned_registry.h"
#include "support/node_driver.h"
#include "support/small_network.h"

#include <QTemporaryDir>
#include <QTest>

using namespace heartline;
using liveness::AgentState;
using Change = fleet::FleetEngine::Change;

class RegistriesTest : public QObject {
    Q_OBJECT
    test::SmallNetwork network;

    static AgentState stateOf(const fleet::FleetEngine &engine, std::uint32_t agent) {
        return agent < engine.roster().size()
                   ? engine.core().watch(engine.standing(agent).speaker).judgement.state
                   : AgentState::Unknown;
    }
    static protocol::Json recorded(const std::string &name) {
        return test::fileJson(std::string(TEST_DATA "/recordings/rest/") + name)["body"];
    }
    static constexpr const char *kPeer = "/v1/entities/zns:2b175b3b733d1b08991c092172fc4c09";
    static void playPeer(test::CannedRegistry &peer) {
        protocol::Json info = recorded("info.json");
        info["registry_id"] = "zns:registry:c2a8e7e48851ed2cbc658251f47df2e3"; // real-b, the peer
        peer.answer("/v1/info", info);
        peer.answer("/v1/network/status", recorded("network-status.json"));
        peer.answer("/v1/entities", {{"entities", protocol::Json::array()}, {"count", 0}});
        peer.answer(kPeer, recorded("entity-peer-copy.json"));
        peer.answer("/v1/network/peers",
                    {{"peers",
                      {{{"registry_id", "zns:registry:83dabd2cb96dc9b1fe264055b4942d38"},
                        {"name", "real-a"},
                        {"address", "zns07.example.net:4001"}}}}});
    }

private Q_SLOTS:
    void oneAgentOnTwoRegistriesIsOneRowAndTheirDisagreementIsTold() {
        const auto first = network.startNode();
        const auto second = network.startNode();
        const auto here = network.startAgent(first->url(), 0);
        const auto there = network.startAgent(second->url(), 0);
        fleet::FleetEngine engine(network.fleetOptions({first->url(), second->url()}),
                                  network.clock);
        std::vector<fleet::AgentLife> lives;
        engine.setUpdateSink([&](const fleet::FleetUpdate &update) {
            lives.insert(lives.end(), update.lives.begin(), update.lives.end());
        });
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(engine.core().watchCount(), 2U, 60000);
        const auto active = [&](std::uint32_t watch) {
            return engine.core().watch(watch).judgement.state == AgentState::Active;
        };
        QTRY_VERIFY_WITH_TIMEOUT(active(0) && active(1), 60000);
        QCOMPARE(engine.roster().size(), 1U);
        QCOMPARE(engine.facts(0).registries.size(), 2U);
        there->stop();
        // Who beats anywhere is alive.
        QTRY_COMPARE_WITH_TIMEOUT(engine.standing(0).dissent.size(), 1U, 60000);
        const auto standing = engine.standing(0);
        QCOMPARE(engine.core().watch(standing.speaker).registry, 0U);
        QVERIFY(stateOf(engine, 0) == AgentState::Active || stateOf(engine, 0) == AgentState::Late);
        QTRY_VERIFY_WITH_TIMEOUT(!lives.empty() && lives.back().dissent.find("stale on") == 0,
                                 5000);
        QVERIFY(!lives.back().alerted);
    }

    void anAgentThatIsHomeElsewhereIsFoundByItsIdAndNotJudged() {
        test::CannedRegistry peer;
        playPeer(peer);
        auto o = network.fleetOptions({peer.url()});
        o.candidates = {{{"zns:2b175b3b733d1b08991c092172fc4c09"}, "given", {}}};
        fleet::FleetEngine engine(o, network.clock);
        std::optional<fleet::AgentDetail> detail;
        engine.setUpdateSink([&](const fleet::FleetUpdate &update) {
            if (update.detail)
                detail = update.detail;
        });
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(engine.roster().size(), 1U, 60000);
        QCOMPARE(stateOf(engine, 0), AgentState::Unknown);
        QVERIFY(engine.standing(0).copiesOnly);
        engine.showDetail(0);
        QTRY_VERIFY_WITH_TIMEOUT(detail && detail->home && !detail->home->url.empty(), 60000);
        QCOMPARE(detail->home->name, std::string("real-a"));
        QCOMPARE(detail->home->url, std::string("https://zns07.example.net"));
        QCOMPARE(detail->verdict.title, std::string("Judged by its home registry alone"));
        QVERIFY(!engine.facts(0).proved);
        // Deregistered at home: the copy stays, with "tombstoned" and a status that still says
        // active.
        protocol::Json gone = recorded("entity-peer-copy.json");
        gone["tombstoned"] = true;
        peer.answer(kPeer, gone);
        engine.reconnect({0}); // reads it again
        // Twelve answers, five seconds apart: nothing else ever told of its end.
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, 0), AgentState::Deregistered, 90000);
    }

    void anotherRegistryAtAKnownAddressIsNotListenedTo() {
        const QTemporaryDir dir;
        test::CannedRegistry peer;
        playPeer(peer);
        auto o = network.fleetOptions({peer.url()});
        o.storePath = dir.filePath(QStringLiteral("watches.sqlite")).toStdString();
        o.candidates = {{{"zns:2b175b3b733d1b08991c092172fc4c09"}, "given", {}}};
        const auto shown = [](const fleet::FleetEngine &engine) {
            return engine.core().registry(0).shown();
        };
        protocol::Json other = recorded("info.json");
        other["registry_id"] = "zns:registry:00000000000000000000000000000001";
        {
            fleet::FleetEngine engine(o, network.clock);
            engine.start();
            QTRY_COMPARE_WITH_TIMEOUT(engine.roster().size(), 1U, 60000);
            QTRY_VERIFY_WITH_TIMEOUT(liveness::isSighted(shown(engine)), 60000);
            int alerts = 0;
            engine.setLinkSink([&](const fleet::FleetEngine::LinkChange &change) {
                alerts += change.alert == Change::Alert::Raised ? 1 : 0;
            });
            peer.answer("/v1/info", other);
            engine.reconnect({0}); // which dials anew
            QTRY_VERIFY_WITH_TIMEOUT(shown(engine) == liveness::LinkState::OtherRegistry, 30000);
            QTRY_COMPARE_WITH_TIMEOUT(alerts, 1, 2000); // at once
            QVERIFY(engine.trouble(0).find("zns:registry:00000000000000000000000000000001") !=
                    std::string::npos);
        }
        {
            fleet::FleetEngine engine(o, network.clock); // it is remembered
            engine.start();
            QTRY_VERIFY_WITH_TIMEOUT(shown(engine) == liveness::LinkState::OtherRegistry, 30000);
            engine.acceptRegistry(0);
            QTRY_VERIFY_WITH_TIMEOUT(liveness::isSighted(shown(engine)), 30000);
        }
        fleet::FleetEngine engine(o, network.clock);
        engine.start();
        QTRY_VERIFY_WITH_TIMEOUT(liveness::isSighted(shown(engine)), 30000);
    }

    void anotherOneIsFoundOutThoughTheStreamStays() {
        test::CannedRegistry peer;
        playPeer(peer);
        auto o = network.fleetOptions({peer.url()});
        o.candidates = {{{"zns:2b175b3b733d1b08991c092172fc4c09"}, "given", {}}};
        fleet::FleetEngine engine(o, network.clock);
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(engine.roster().size(), 1U, 60000);
        protocol::Json same = recorded("info.json");
        same["registry_id"] = "agdns:registry:c2a8e7e48851ed2cbc658251f47df2e3";
        peer.answer("/v1/info", same); // the old form of the same
        const auto shown = [&] { return engine.core().registry(0).shown(); };
        QTRY_VERIFY_WITH_TIMEOUT(liveness::isSighted(shown()), 60000);
        protocol::Json other = recorded("info.json");
        other["registry_id"] = "zns:registry:00000000000000000000000000000001";
        peer.answer("/v1/info", other);
        QTRY_VERIFY_WITH_TIMEOUT(shown() == liveness::LinkState::OtherRegistry, 60000);
        QVERIFY(!engine.core().watch(0).alerted);
    }

    void oneThatWasRemovedUnseenEndsByItsOperator() {
        test::CannedRegistry registry;
        playPeer(registry);
        protocol::Json own = recorded("entity-active.json");
        const std::string path = "/v1/entities/" + own["entity_id"].get<std::string>();
        registry.answer(path, own);
        auto o = network.fleetOptions({registry.url()});
        o.candidates = {{{own["entity_id"].get<std::string>()}, "given", {}}};
        fleet::FleetEngine engine(o, network.clock);
        std::optional<fleet::AgentDetail> detail;
        engine.setUpdateSink([&](const fleet::FleetUpdate &update) {
            if (update.detail)
                detail = update.detail;
        });
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(engine.roster().size(), 1U, 60000);
        registry.answer(path, {{"error", "agent not found"}}, 404);
        engine.reconnect({0}); // reads it again
        QTRY_VERIFY_WITH_TIMEOUT(engine.core().watch(0).judgement.missing, 60000);
        QCOMPARE(stateOf(engine, 0), AgentState::Unknown);
        engine.showDetail(0);
        QTRY_VERIFY_WITH_TIMEOUT(detail && detail->missing, 60000);
        engine.acceptEnd(0);
        QCOMPARE(stateOf(engine, 0), AgentState::Deregistered);
        QTRY_VERIFY_WITH_TIMEOUT(!detail->missing, 60000);
    }

    void keysThatNoRegistryKnowsAreNamed() {
        const auto node = network.startNode();
        test::NodeDriver driver{node->port(), network.developer.clone()};
        QCOMPARE(driver.registerDeveloper(), 201);
        QCOMPARE(driver.registerAgent(3, "known"), 201);
        auto o = network.fleetOptions({node->url()});
        const std::string nobody = driver.agentId(9);
        o.candidates = {{{driver.agentId(3)}, "known.json", {}}, {{nobody}, "unknown.json", {}}};
        fleet::FleetEngine engine(o, network.clock);
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(engine.unregistered(), std::vector<std::string>{"unknown.json"},
                                  10000);
        QCOMPARE(engine.roster().size(), 1U);
    }

    void aSearchTellsWhetherOthersFindIt_data() {
        QTest::addColumn<bool>("deregistered");
        QTest::addRow("inactive") << false;
        QTest::addRow("deregistered") << true;
    }
    void aSearchTellsWhetherOthersFindIt() {
        QFETCH(bool, deregistered);
        const auto node = network.startNode();
        const auto one = network.startAgent(node->url(), 0);
        fleet::FleetEngine engine(network.fleetOptions({node->url()}), network.clock);
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, 0), AgentState::Active, 60000);
        QTRY_VERIFY_WITH_TIMEOUT(engine.inSearch(0) == true, 60000);
        one->stop();
        if (!deregistered) {
            QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, 0), AgentState::Inactive, 60000);
            QTRY_VERIFY_WITH_TIMEOUT(engine.inSearch(0) == false, 60000);
            return;
        }
        const test::NodeDriver driver{node->port(), network.developer.clone()};
        QCOMPARE(driver.deregisterAgent(0), 200);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, 0), AgentState::Deregistered, 60000);
        QVERIFY(!engine.inSearch(0)); // nothing is said of one that is no more
    }

    void aRestartRaisesNothingAnewAndForgetsNothing() {
        const QTemporaryDir dir;
        const auto node = network.startNode();
        const auto one = network.startAgent(node->url(), 0);
        const auto two = network.startAgent(node->url(), 1);
        auto o = network.fleetOptions({node->url()});
        o.storePath = dir.filePath(QStringLiteral("watches.sqlite")).toStdString();
        std::optional<UtcTime> downSince;
        const auto firing = [](const std::vector<alerts::Alert> &all) {
            std::vector<alerts::Alert> found;
            for (const alerts::Alert &alert : all)
                if (alert.isFiring())
                    found.push_back(alert);
            return found;
        };
        {
            fleet::FleetEngine engine(o, network.clock);
            engine.setUpdateSink([&](const fleet::FleetUpdate &update) {
                if (const auto fires = firing(update.alerts.changed); !fires.empty())
                    downSince = fires[0].downSince;
            });
            engine.start();
            QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, 0), AgentState::Active, 60000);
            QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, 1), AgentState::Active, 60000);
            one->stop();
            QTRY_VERIFY_WITH_TIMEOUT(downSince.has_value(), 60000);
        }
        fleet::FleetEngine engine(o, network.clock);
        int raised = 0;
        int resolved = 0;
        std::vector<alerts::Alert> fires;
        bool noticed = false;
        engine.setChangeSink([&](const Change &change) {
            raised += change.alert == Change::Alert::Raised ? 1 : 0;
            resolved += change.alert == Change::Alert::Resolved ? 1 : 0;
        });
        engine.setUpdateSink([&](const fleet::FleetUpdate &update) {
            if (!update.alerts.empty())
                fires = firing(update.alerts.changed);
            noticed = noticed || (update.notice && !update.notice->raised.empty());
        });
        engine.start();
        // There before anything was read, unknown, with its alert and its true time.
        QCOMPARE(engine.roster().size(), 2U);
        const auto dead = engine.facts(0).entityId == one->entityId() ? 0U : 1U;
        QCOMPARE(engine.facts(dead).name, std::string("agent 0"));
        QCOMPARE(stateOf(engine, dead), AgentState::Unknown);
        QTRY_COMPARE_WITH_TIMEOUT(fires.size(), 1U, 60000);
        QVERIFY(fires[0].downSince == downSince);
        QTRY_VERIFY_WITH_TIMEOUT(stateOf(engine, dead) == AgentState::Stale ||
                                     stateOf(engine, dead) == AgentState::Inactive,
                                 10000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, 1 - dead), AgentState::Active, 60000);
        QCOMPARE(raised, 0);
        one->start();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, dead), AgentState::Active, 60000);
        QCOMPARE(raised, 0);
        QTRY_COMPARE_WITH_TIMEOUT(resolved, 1, 60000); // when its record shows it, too
        QVERIFY(!noticed);
    }
};

QTEST_GUILESS_MAIN(RegistriesTest)
#include "registries_test.moc"
