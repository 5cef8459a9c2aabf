// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/rfc3339.h"
#include "base/system_clock.h"
#include "node/node.h"
#include "protocol/heartbeat_message.h"
#include "protocol/json.h"
#include "storage/database.h"
#include "support/manual_clock.h"
#include "support/node_driver.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

using namespace heartline;
using protocol::Json;
using test::WireClient;

namespace {

/// No file of this process grows over so many bytes while it lives.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit now{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FullDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }
    FullDisk(const FullDisk &) = delete;
    FullDisk &operator=(const FullDisk &) = delete;

private:
    rlimit m_before{};
};

Json healthOf(const test::NodeDriver &driver) {
    return Json::parse(WireClient::bodyOf(driver.send("GET", "/health")));
}

} // namespace

class NodeStorageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRestartLosesNothing() {
        const QTemporaryDir dir;
        test::ManualClock clock(*parseRfc3339("2026-11-24T09:00:00Z"));
        node::NodeOptions options;
        options.dataDir = dir.path().toStdString();
        test::NodeDriver driver;
        std::string registryId;
        {
            auto node = node::Node::start(options, clock);
            QVERIFY(node);
            driver.port = (*node)->port();
            registryId = (*node)->registryId();
            QCOMPARE(driver.registerDeveloper(), 201);
            for (std::uint32_t i = 0; i < 3; ++i)
                QCOMPARE(driver.registerAgent(i, "agent \"" + std::to_string(i) + "\" <ü>"), 201);
            clock.advance(100s);
            WireClient socket(driver.port);
            QCOMPARE(
                WireClient::statusOf(socket.upgrade("/v1/entities/" + driver.agentId(1) + "/ws")),
                101);
            socket.sendFrame(protocol::makeHeartbeat(protocol::Dialect::Deployed, "",
                                                     driver.agentKey(1), clock.utc()));
            socket.sendFrame("x", 9);
            QCOMPARE(socket.readFrame(), std::string("x"));
            QCOMPARE(driver.deregisterAgent(2), 200);
        }
        auto node = node::Node::start(options, clock);
        QVERIFY2(node, node ? "" : node.error().message.c_str());
        driver.port = (*node)->port();
        QCOMPARE((*node)->registryId(), registryId);
        QCOMPARE(driver.registerDeveloper(), 409);
        const Json one = Json::parse(
            WireClient::bodyOf(driver.send("GET", "/v1/entities/" + driver.agentId(1))));
        QCOMPARE(one["last_heartbeat"].get<std::string>(), std::string("2026-11-24T09:01:40Z"));
        QCOMPARE(one["name"].get<std::string>(), std::string("agent \"1\" <ü>"));
        QCOMPARE(WireClient::statusOf(driver.send("GET", "/v1/entities/" + driver.agentId(2))),
                 404);
        const Json list = Json::parse(WireClient::bodyOf(
            driver.send("GET", "/v1/developers/" + driver.developerId() + "/entities")));
        QCOMPARE(list["count"].get<int>(), 2);
    }
    void aDamagedDatabaseIsKeptAside() {
        const QTemporaryDir dir;
        QFile file(dir.filePath(QStringLiteral("registry.sqlite")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(5000, 'x'));
        file.close();
        test::ManualClock clock(*parseRfc3339("2026-11-24T09:00:00Z"));
        node::NodeOptions options;
        options.dataDir = dir.path().toStdString();
        const auto node = node::Node::start(options, clock);
        QVERIFY2(node, node ? "" : node.error().message.c_str());
        const QStringList kept =
            QDir(dir.path()).entryList({QStringLiteral("registry.sqlite.damaged-*")});
        QCOMPARE(kept.size(), 1);
        QFile aside(dir.filePath(kept.front()));
        QVERIFY(aside.open(QIODevice::ReadOnly));
        QCOMPARE(aside.readAll(), QByteArray(5000, 'x'));
        test::NodeDriver driver;
        driver.port = (*node)->port();
        QCOMPARE(driver.registerDeveloper(), 201);
        const Json health = healthOf(driver);
        QCOMPARE(health["status"].get<std::string>(), std::string("degraded"));
        const auto reason = health["reason"].get<std::string>();
        QVERIFY(reason.find("damaged") != std::string::npos);
        QVERIFY(reason.find(options.dataDir) == std::string::npos); // which is nobody's business
    }
    void damagedRowsAreLeftOutAndTheRestIsServed() {
        const QTemporaryDir dir;
        test::ManualClock clock(*parseRfc3339("2026-11-24T09:00:00Z"));
        node::NodeOptions options;
        options.dataDir = dir.path().toStdString();
        test::NodeDriver driver;
        {
            const auto node = node::Node::start(options, clock);
            driver.port = (*node)->port();
            QCOMPARE(driver.registerDeveloper(), 201);
            for (std::uint32_t i = 0; i < 4; ++i)
                QCOMPARE(driver.registerAgent(i, "agent"), 201);
        }
        {
            auto database =
                *storage::Database::open(options.dataDir + "/registry.sqlite", {{}, {}});
            QSqlQuery query = database.query();
            for (const auto &[agent, record] :
                 {std::pair(driver.agentId(1), "not JSON"), {driver.agentId(2), "{}"}}) {
                query.prepare(QStringLiteral("UPDATE entities SET record=? WHERE entity_id=?"));
                query.addBindValue(QString::fromLatin1(record));
                query.addBindValue(QString::fromStdString(agent));
                QVERIFY(query.exec());
            }
        }
        const auto node = node::Node::start(options, clock);
        QVERIFY2(node, node ? "" : node.error().message.c_str());
        driver.port = (*node)->port();
        const auto has = [&](std::uint32_t agent) {
            return WireClient::statusOf(
                       driver.send("GET", "/v1/entities/" + driver.agentId(agent))) == 200;
        };
        QVERIFY(has(0) && !has(1) && !has(2) && has(3));
        QCOMPARE(healthOf(driver)["reason"].get<std::string>(),
                 std::string("2 damaged records are left out"));
    }
    void aSecondNodeOnOneFolderIsRefused() {
        const QTemporaryDir dir;
        const SystemClock clock;
        node::NodeOptions options;
        options.dataDir = dir.path().toStdString();
        auto first = node::Node::start(options, clock);
        QVERIFY(first);
        const auto second = node::Node::start(options, clock);
        QVERIFY(!second);
        QVERIFY2(second.error().message.find(std::to_string(getpid())) != std::string::npos,
                 second.error().message.c_str());
        first->reset();
        QVERIFY(node::Node::start(options, clock));
    }
    void whereNothingCanBeWrittenNothingIsAcknowledgedOrLost() {
        const QTemporaryDir dir;
        const SystemClock clock;
        node::NodeOptions options;
        options.dataDir = dir.path().toStdString();
        test::NodeDriver driver;
        {
            const auto node = node::Node::start(options, clock);
            driver.port = (*node)->port();
            QCOMPARE(driver.registerDeveloper(), 201);
            for (std::uint32_t i = 0; i < 3; ++i)
                QCOMPARE(driver.registerAgent(i, "before"), 201);
            {
                const FullDisk full(1024); // less than its log has already
                for (std::uint32_t i = 3; i < 6; ++i) {
                    const std::string answer =
                        driver.send("POST", "/v1/entities", driver.registration(i, "full"));
                    QCOMPARE(WireClient::statusOf(answer), 503);
                    QVERIFY2(answer.find("not stored") != std::string::npos, answer.c_str());
                }
                QCOMPARE(driver.deregisterAgent(0), 503);
                QCOMPARE(healthOf(driver)["status"].get<std::string>(), std::string("degraded"));
                // What was there is served on, and beats.
                QCOMPARE(
                    WireClient::statusOf(driver.send("GET", "/v1/entities/" + driver.agentId(0))),
                    200);
                QCOMPARE(
                    WireClient::statusOf(driver.send("GET", "/v1/entities/" + driver.agentId(3))),
                    404);
                WireClient socket(driver.port);
                QCOMPARE(WireClient::statusOf(
                             socket.upgrade("/v1/entities/" + driver.agentId(1) + "/ws")),
                         101);
                socket.sendFrame(protocol::makeHeartbeat(protocol::Dialect::Deployed, "",
                                                         driver.agentKey(1), clock.utc()));
                socket.sendFrame("x", 9);
                QCOMPARE(socket.readFrame(), std::string("x"));
            }
            for (std::uint32_t i = 3; i < 6; ++i)
                QCOMPARE(driver.registerAgent(i, "after"), 201);
            QCOMPARE(driver.deregisterAgent(2), 200);
            QCOMPARE(healthOf(driver)["status"].get<std::string>(), std::string("ok"));
        }
        const auto node = node::Node::start(options, clock);
        driver.port = (*node)->port();
        for (std::uint32_t i = 0; i < 6; ++i)
            QCOMPARE(WireClient::statusOf(driver.send("GET", "/v1/entities/" + driver.agentId(i))),
                     i == 2 ? 404 : 200);
    }
    void aPortInUseIsAnError() {
        test::ManualClock clock(*parseRfc3339("2026-11-24T09:00:00Z"));
        auto first = node::Node::start({}, clock);
        QVERIFY(first);
        node::NodeOptions options;
        options.port = (*first)->port();
        QVERIFY(!node::Node::start(options, clock));
    }
    void theSweepMakesSilentAgentsInactiveAndOffline() {
        test::ManualClock clock(*parseRfc3339("2026-11-24T09:00:00Z"));
        node::NodeOptions options;
        options.sweepInterval = 20ms;
        auto node = node::Node::start(options, clock);
        test::NodeDriver driver;
        driver.port = (*node)->port();
        QCOMPARE(driver.registerDeveloper(), 201);
        QCOMPARE(driver.registerAgent(0, "silent"), 201);
        const auto status = [&] {
            return Json::parse(WireClient::bodyOf(
                driver.send("GET", "/v1/entities/" + driver.agentId(0))))["status"]
                .get<std::string>();
        };
        QCOMPARE(status(), std::string("active"));
        WireClient watcher(driver.port);
        QCOMPARE(WireClient::statusOf(watcher.upgrade("/v1/ws/activity")), 101);
        clock.advance(301s);
        QTRY_COMPARE(status(), std::string("inactive"));
        std::string frame;
        do
            frame = watcher.readFrame();
        while (!frame.empty() && frame.find("entity_became_inactive") == std::string::npos);
        QVERIFY(!frame.empty());
        const Json online =
            Json::parse(WireClient::bodyOf(driver.send("GET", "/v1/entities?status=online")));
        QCOMPARE(online["count"].get<int>(), 0);
        const Json found = Json::parse(
            WireClient::bodyOf(driver.send("POST", "/v1/search", R"({"query":"silent"})")));
        QCOMPARE(found["total_found"].get<int>(), 0);
    }
    void theDevelopersListStopsAtAHundredAndPagesGoOn() {
        test::ManualClock clock(*parseRfc3339("2026-11-24T09:00:00Z"));
        auto node = node::Node::start({}, clock);
        test::NodeDriver driver;
        driver.port = (*node)->port();
        QCOMPARE(driver.registerDeveloper(), 201);
        for (std::uint32_t i = 0; i < 120; ++i)
            QCOMPARE(driver.registerAgent(i, "a" + std::to_string(i)), 201);
        const auto get = [&](const std::string &path) {
            return Json::parse(WireClient::bodyOf(driver.send("GET", path)));
        };
        QCOMPARE(get("/v1/developers/" + driver.developerId() + "/entities")["count"].get<int>(),
                 100);
        QCOMPARE(get("/v1/entities")["count"].get<int>(), 50);
        QCOMPARE(get("/v1/entities?limit=100&offset=100")["count"].get<int>(), 20);
        QCOMPARE(get("/v1/entities?limit=100000")["count"].get<int>(), 120);
    }
};

QTEST_GUILESS_MAIN(NodeStorageTest)
#include "node_storage_test.moc"
