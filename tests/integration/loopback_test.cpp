// SPDX-License-Identifier: GPL-3.0-or-later
// All three ends over real sockets, ten and thirty times as fast as the network.
#include "demo/demo_world.h"
#include "fleet/fleet_engine.h"
#include "protocol/json.h"
#include "support/small_network.h"
#include "support/wire_client.h"

#include <QTest>

using namespace heartline;
using liveness::AgentState;
using Change = fleet::FleetEngine::Change;

class LoopbackTest : public QObject {
    Q_OBJECT
    test::SmallNetwork network;
    const SystemClock &clock = network.clock;
    const liveness::Thresholds &thresholds = network.thresholds;

    fleet::FleetOptions options(const std::string &registry) {
        fleet::FleetOptions o = network.fleetOptions({registry});
        o.probing = diagnosis::ProbePolicy::LoopbackOnly;
        return o;
    }
    static AgentState stateOf(const fleet::FleetEngine &engine, const std::string &id) {
        const auto index = engine.core().find(0, id);
        return index ? engine.core().watch(*index).judgement.state : AgentState::Unknown;
    }

private Q_SLOTS:
    void anAgentDiesIsAlertedOnceAndComesBack() {
        const auto node = network.startNode();
        const auto one = network.startAgent(node->url(), 0);
        const auto two = network.startAgent(node->url(), 1, protocol::Dialect::Documented);
        fleet::FleetEngine engine(options(node->url()), clock);
        std::vector<Change> changes;
        engine.setChangeSink([&](const Change &c) { changes.push_back(c); });
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, one->entityId()), AgentState::Active, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, two->entityId()), AgentState::Active, 60000);
        one->stop();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, one->entityId()), AgentState::Stale, 60000);
        QCOMPARE(stateOf(engine, two->entityId()), AgentState::Active);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, one->entityId()), AgentState::Inactive, 60000);
        one->start();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, one->entityId()), AgentState::Active, 60000);
        const auto resolved = [&changes] {
            return std::count_if(changes.begin(), changes.end(), [](const Change &c) {
                return c.alert == Change::Alert::Resolved;
            });
        };
        QTRY_COMPARE_WITH_TIMEOUT(resolved(), 1, 60000); // when its record shows the beat, too
        int raised = 0;
        for (const Change &c : changes) {
            raised += c.alert == Change::Alert::Raised ? 1 : 0;
            if (c.alert == Change::Alert::Raised)
                QVERIFY(c.age && c.age->least >= thresholds.stale);
        }
        QCOMPARE(raised, 1);
        QVERIFY(engine.facts(0).proved);
    }

    void aRegistryThatGoesAndComesBackRaisesNoAgentAlert() {
        auto node = network.startNode();
        const std::uint16_t port = node->port();
        const auto one = network.startAgent(node->url(), 0);
        fleet::FleetEngine engine(options(node->url()), clock);
        int agentAlerts = 0;
        engine.setChangeSink(
            [&](const Change &c) { agentAlerts += c.alert == Change::Alert::Raised ? 1 : 0; });
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, one->entityId()), AgentState::Active, 60000);
        node.reset();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, one->entityId()), AgentState::Unknown, 60000);
        QVERIFY(!liveness::isSighted(engine.registry(0).link()));
        // It comes back empty, with a key of its own: that may be anybody's.
        node = network.startNode(port);
        QTRY_COMPARE_WITH_TIMEOUT(engine.registry(0).link(), liveness::LinkState::OtherRegistry,
                                  60000);
        QCOMPARE(agentAlerts, 0);
        engine.acceptRegistry(0);
        one->stop(); // its owner starts it anew, so that it registers there, too
        one->start();
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(engine, one->entityId()), AgentState::Active, 60000);
        QCOMPARE(agentAlerts, 0);
    }

    void moreThanAHundredAgentsAreFound() {
        const auto node = network.startNode();
        std::vector<std::unique_ptr<agent::Agent>> agents;
        for (std::uint32_t i = 0; i < 130; ++i)
            agents.push_back(network.startAgent(node->url(), i));
        fleet::FleetEngine engine(options(node->url()), clock);
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(engine.core().watchCount(), 130U, 60000);
    }

    void anotherServerIsNoRegistry() {
        const auto node = network.startNode();
        const auto one = network.startAgent(node->url(), 0);
        fleet::FleetEngine engine(options("http://127.0.0.1:" + std::to_string(one->healthPort())),
                                  clock);
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(engine.registry(0).link(), liveness::LinkState::NotARegistry,
                                  10000);
    }

    void healthTellsTheLastHeartbeat() {
        const auto node = network.startNode();
        const auto one = network.startAgent(node->url(), 0);
        const auto health = [&] {
            test::WireClient client(one->healthPort());
            client.send(test::WireClient::request("GET", "/health"));
            return protocol::Json::parse(test::WireClient::bodyOf(client.readAnswer()));
        };
        QTRY_VERIFY_WITH_TIMEOUT(health()["last_heartbeat"].is_string(), 60000);
        QCOMPARE(health()["entity_id"].get<std::string>(), one->entityId());
    }

    void reconnectBringsAStoppedDemoAgentBack() {
        const auto world = std::move(*demo::DemoWorld::start());
        fleet::FleetEngine engine(world->fleetOptions(), clock);
        std::optional<bool> running;
        engine.setUpdateSink([&](const fleet::FleetUpdate &update) {
            for (const auto &[index, on] : update.reconnecting)
                running = on;
        });
        engine.start();
        std::optional<std::uint32_t> stale;
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                for (std::uint32_t i = 0; i < engine.core().watchCount(); ++i)
                    if (engine.core().watch(i).judgement.state == AgentState::Stale)
                        stale = i;
                return stale.has_value();
            }(),
            40000);
        engine.reconnect({*stale});
        QTRY_VERIFY_WITH_TIMEOUT(running == std::optional(false), 60000);
        QCOMPARE(engine.core().watch(*stale).judgement.state, AgentState::Active);
    }
};

QTEST_GUILESS_MAIN(LoopbackTest)
#include "loopback_test.moc"
