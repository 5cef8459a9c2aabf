// SPDX-License-Identifier: GPL-3.0-or-later
// The agent's end over real sockets: what it learns of itself, and says.
#include "support/node_driver.h"
#include "support/small_network.h"

#include <QElapsedTimer>
#include <QTest>
#include <atomic>

using namespace heartline;
using protocol::Dialect;

namespace {

/// Our clock, wrong by so much.
class ShiftedClock final : public Clock {
public:
    explicit ShiftedClock(Nanoseconds by) : m_by(by) {}
    [[nodiscard]] MonoTime mono() const override { return m_real.mono(); }
    [[nodiscard]] UtcTime utc() const override { return m_real.utc() + m_by; }

private:
    SystemClock m_real;
    Nanoseconds m_by;
};

/// Answers each request with a record of this agent; accepts a WebSocket, and drops it at once.
class AcceptAndClose final : public http::Service {
public:
    explicit AcceptAndClose(std::string entityId)
        : m_entityId(std::move(entityId)),
          m_listener(std::move(*http::Listener::start({}, *this))) {}
    ~AcceptAndClose() override { m_listener->stop(); }
    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(m_listener->port());
    }
    [[nodiscard]] int accepted() const { return m_accepted; }

private:
    struct Dropped final : http::WebSocketHandler {
        void opened(http::WebSocket &socket) override { socket.abort(); }
        void received(std::string_view) override {}
        void closed() override {}
    };
    http::Response handle(const http::Request &) override {
        return {200, protocol::Json{{"entity_id", m_entityId}}.dump(), "application/json"};
    }
    Upgrade upgrade(const http::Request &) override {
        ++m_accepted;
        return std::make_unique<Dropped>();
    }
    http::Response refusal(int status, std::string_view reason) override {
        return {status, std::string(reason), "text/plain"};
    }

    const std::string m_entityId;
    std::atomic<int> m_accepted = 0;
    std::unique_ptr<http::Listener> m_listener;
};

protocol::Json healthOf(const agent::Agent &agent) {
    const std::string answer = test::NodeDriver{.port = agent.healthPort()}.send("GET", "/health");
    return protocol::Json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
}

} // namespace

class AgentLiveTest : public QObject {
    Q_OBJECT
    test::SmallNetwork network;

    [[nodiscard]] test::NodeDriver driver(const node::Node &node) const {
        return {.port = node.port(), .developer = network.developer.clone()};
    }

private Q_SLOTS:
    void whoIsDeregisteredWhileConnectedStops_data() {
        QTest::addColumn<Dialect>("dialect");
        QTest::addRow("deployed") << Dialect::Deployed;
        QTest::addRow("documented") << Dialect::Documented;
    }
    void whoIsDeregisteredWhileConnectedStops() {
        QFETCH(Dialect, dialect);
        const auto node = network.startNode();
        const auto agent = network.startAgent(node->url(), 0, dialect);
        QTRY_VERIFY_WITH_TIMEOUT(healthOf(*agent)["last_heartbeat"].is_string(), 60000);
        QCOMPARE(healthOf(*agent)["status"].get<std::string>(), std::string("ok"));
        QCOMPARE(driver(*node).deregisterAgent(0), 200);
        QTRY_VERIFY_WITH_TIMEOUT(!agent->isBeating(), 60000);
        const protocol::Json health = healthOf(*agent);
        QCOMPARE(health["registration"].get<std::string>(), std::string("deregistered"));
        QCOMPARE(health["status"].get<std::string>(), std::string("degraded"));
        // It stays so, whatever reconnects.
        const std::string path = "/v1/entities/" + agent->entityId();
        QVERIFY(!driver(*node).send("GET", path).starts_with("HTTP/1.1 200"));
    }
    void aServerThatAcceptsAndClosesIsDialledEverMoreSeldom() {
        const auto key = network.developer.deriveAgentKey(0);
        const AcceptAndClose front(identity::makeId(identity::IdKind::Agent, key.publicKey()));
        const auto agent = network.startAgent(front.url(), 0);
        QTRY_VERIFY_WITH_TIMEOUT(front.accepted() >= 7, 60000);
        // 50, 100, ... 1,600 ms lie between them, less a fifth; without that it were a hundred.
        QElapsedTimer since;
        since.start();
        QTRY_VERIFY_WITH_TIMEOUT(front.accepted() >= 8, 60000);
        QVERIFY(since.elapsed() > 1000);
        QVERIFY(healthOf(*agent)["last_heartbeat"].is_null());
    }
    void aClockThatIsOffIsSaid() {
        const auto node = network.startNode();
        const ShiftedClock clock(-90s);
        const Environment late{clock, network.live.scheduler, network.live.transport, 1};
        agent::AgentOptions options;
        options.registry = node->url();
        options.description.name = "late";
        options.period = network.thresholds.period;
        options.backoffUnit = 50ms;
        std::vector<std::string> lines;
        options.log = [&](const std::string &line) { lines.push_back(line); };
        const auto agent = std::move(*agent::Agent::create(
            options, network.developer.deriveAgentKey(3), network.developer.clone(), late));
        agent->start();
        QTRY_VERIFY_WITH_TIMEOUT(healthOf(*agent).contains("clock_offset_seconds"), 60000);
        const int offset = healthOf(*agent)["clock_offset_seconds"].get<int>();
        QVERIFY2(std::abs(offset - 90) <= 2, qPrintable(QString::number(offset)));
        QCOMPARE(healthOf(*agent)["status"].get<std::string>(), std::string("degraded"));
        QVERIFY(std::any_of(lines.begin(), lines.end(), [](const std::string &line) {
            return line.find("behind the registry's") != std::string::npos;
        }));
    }
    void noMessageOfQtReachesTheLog() {
        const auto node = network.startNode();
        std::vector<std::string> lines;
        agent::HeartbeatClient::Hooks hooks;
        hooks.lost = [&](const std::string &reason, Nanoseconds) { lines.push_back(reason); };
        agent::HeartbeatClient client(
            {.registry = node->url(), .entityId = driver(*node).agentId(5), .backoffUnit = 50ms},
            driver(*node).agentKey(5), network.live.all, hooks);
        client.start();
        QTRY_VERIFY_WITH_TIMEOUT(lines.size() >= 2, 60000);
        for (const std::string &line : lines)
            QCOMPARE(line, std::string("HTTP 404 in place of a WebSocket"));
        agent::HeartbeatClient nobody({.registry = "http://127.0.0.1:1",
                                       .entityId = driver(*node).agentId(5),
                                       .backoffUnit = 50ms},
                                      driver(*node).agentKey(5), network.live.all, hooks);
        lines.clear();
        nobody.start();
        QTRY_VERIFY_WITH_TIMEOUT(!lines.empty(), 60000);
        client.stop();
        QCOMPARE(lines.back(), std::string("connection refused"));
    }
};

QTEST_GUILESS_MAIN(AgentLiveTest)
#include "agent_live_test.moc"
