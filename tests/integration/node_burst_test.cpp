// SPDX-License-Identifier: GPL-3.0-or-later
// A node under many events and many requests at once.
#include "base/rfc3339.h"
#include "node/node.h"
#include "protocol/heartbeat_message.h"
#include "protocol/json.h"
#include "support/manual_clock.h"
#include "support/node_driver.h"

#include <QTest>

using namespace heartline;
using protocol::Json;
using test::WireClient;

namespace {
constexpr std::uint32_t kAgents = 20;
constexpr int kBeats = 500;
} // namespace

class NodeBurstTest : public QObject {
    Q_OBJECT
    test::ManualClock clock{*parseRfc3339("2026-11-24T09:00:00Z")};
    std::unique_ptr<node::Node> node;
    test::NodeDriver driver;

    std::string openAndBeat(WireClient &socket, std::uint32_t agent) {
        (void)socket.upgrade("/v1/entities/" + driver.agentId(agent) + "/ws");
        return protocol::makeHeartbeat(protocol::Dialect::Deployed, "", driver.agentKey(agent),
                                       clock.utc());
    }

private Q_SLOTS:
    void initTestCase() {
        auto started = node::Node::start({}, clock);
        QVERIFY(started);
        node = std::move(*started);
        driver.port = node->port();
        QCOMPARE(driver.registerDeveloper(), 201);
        for (std::uint32_t i = 0; i < kAgents; ++i)
            QCOMPARE(driver.registerAgent(i, "agent " + std::to_string(i)), 201);
    }

    /// Three that listen, one of which reads nothing before all has been sent.
    void tenThousandEventsReachEverySubscriber() {
        std::vector<std::unique_ptr<WireClient>> subscribers;
        for (int i = 0; i < 3; ++i) {
            subscribers.push_back(std::make_unique<WireClient>(node->port()));
            QCOMPARE(WireClient::statusOf(subscribers.back()->upgrade("/v1/ws/activity")), 101);
            QVERIFY(subscribers.back()->readFrame().find("connected") != std::string::npos);
        }
        std::vector<std::unique_ptr<WireClient>> sockets;
        for (std::uint32_t agent = 0; agent < kAgents; ++agent) {
            sockets.push_back(std::make_unique<WireClient>(node->port()));
            const std::string beat = openAndBeat(*sockets.back(), agent);
            for (int i = 0; i < kBeats; ++i)
                sockets.back()->sendFrame(beat);
        }
        for (const auto &subscriber : subscribers) {
            std::uint32_t active = 0;
            int beats = 0;
            while (beats < kBeats * static_cast<int>(kAgents)) {
                const Json event = Json::parse(subscriber->readFrame(), nullptr, false);
                if (!event.is_object())
                    break;
                active += event["type"] == "entity_became_active" ? 1 : 0;
                beats += event["type"] == "entity_heartbeat" ? 1 : 0;
                // Nothing is gossiped by a node alone.
                QVERIFY(!event["type"].get<std::string>().starts_with("gossip"));
            }
            QCOMPARE(beats, kBeats * static_cast<int>(kAgents));
            QCOMPARE(active, kAgents);
        }
    }

    void listsAndSearchesInPiecesAreWhole() {
        for (std::uint32_t i = kAgents; i < 300; ++i)
            QCOMPARE(driver.registerAgent(i, "agent " + std::to_string(i)), 201);
        std::vector<std::unique_ptr<WireClient>> clients;
        const std::string body = R"({"query":"agent","max_results":100,"offset":250})";
        for (int i = 0; i < 20; ++i) {
            clients.push_back(std::make_unique<WireClient>(node->port()));
            clients.back()->send(WireClient::request("GET", "/v1/entities?limit=100000") +
                                 WireClient::request("POST", "/v1/search", body));
        }
        // One goes while its list is made.
        clients.erase(clients.begin() + 7);
        for (const auto &client : clients) {
            const Json list = Json::parse(WireClient::bodyOf(client->readAnswer()));
            QCOMPARE(list["count"].get<std::size_t>(), std::size_t(300));
            QCOMPARE(list["entities"].size(), std::size_t(300));
            const Json found = Json::parse(WireClient::bodyOf(client->readAnswer()));
            QCOMPARE(found["total_found"].get<int>(), 300);
            QCOMPARE(found["results"].size(), std::size_t(50));
        }
        // HTTP/1.0 has no chunks: the list ends with the connection.
        WireClient old(node->port());
        old.send("GET /v1/entities?limit=100000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        QVERIFY(old.closedByServer());
    }
};

QTEST_GUILESS_MAIN(NodeBurstTest)
#include "node_burst_test.moc"
