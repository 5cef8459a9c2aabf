// SPDX-License-Identifier: GPL-3.0-or-later
// What a registry on a hostile network must refuse, and go on.
#include "base/rfc3339.h"
#include "node/node.h"
#include "protocol/heartbeat_message.h"
#include "protocol/json.h"
#include "support/manual_clock.h"
#include "support/node_driver.h"

#include <QTest>

using namespace heartline;
using protocol::Dialect;
using protocol::Json;
using test::WireClient;

class NodeRefusalsTest : public QObject {
    Q_OBJECT
    test::ManualClock clock{*parseRfc3339("2026-11-24T09:00:00Z")};
    std::unique_ptr<node::Node> node;
    test::NodeDriver driver;

    int post(const Json &body) {
        return WireClient::statusOf(driver.send("POST", "/v1/entities", body.dump()));
    }
    std::string lastBeat(std::uint32_t index) {
        return Json::parse(WireClient::bodyOf(
            driver.send("GET", "/v1/entities/" + driver.agentId(index))))["last_heartbeat"];
    }
    void checkItServes() {
        QCOMPARE(WireClient::bodyOf(driver.send("GET", "/health")),
                 std::string("{\"status\":\"ok\"}\n"));
    }

private Q_SLOTS:
    void initTestCase() {
        auto started = node::Node::start({}, clock);
        QVERIFY(started);
        node = std::move(*started);
        driver.port = node->port();
        QCOMPARE(driver.registerDeveloper(), 201);
        QCOMPARE(driver.registerDeveloper(), 409);
        QCOMPARE(driver.registerAgent(0, "zero"), 201);
        QCOMPARE(driver.registerAgent(0, "zero"), 409);
    }
    void cleanup() { checkItServes(); }

    void badRegistrations() {
        const Json good = Json::parse(driver.registration(1, "one"));
        Json body = good;
        body["name"] = "changed after signing";
        QCOMPARE(post(body), 401);
        body = good;
        body["entity_id"] = driver.agentId(0); // a key that does not hash to its id
        QCOMPARE(post(body), 400);
        body = good;
        body["developer_id"] = "zns:dev:00000000000000000000000000000000";
        QCOMPARE(post(body), 400);
        body = good; // a proof by another developer
        const auto other = identity::SecretKey::generate();
        const auto proof = identity::DeveloperProof::make(other, driver.agentKey(1).publicKey(), 1);
        body["developer_proof"]["developer_signature"] = proof.developerSignature.text();
        QCOMPARE(post(body), 401);
        body["developer_proof"]["developer_public_key"] = proof.developerPublicKey.text();
        QCOMPARE(post(body), 400);
        body = good;
        body.erase("signature");
        QCOMPARE(post(body), 400);
        body = good;
        body["public_key"] = "ed25519:AAAA";
        QCOMPARE(post(body), 400);
        body = good;
        body["tags"] = 7;
        QCOMPARE(post(body), 401); // signed text differs
        QCOMPARE(WireClient::statusOf(driver.send("GET", "/v1/entities/" + driver.agentId(1))),
                 404);
    }
    void malformedDeepAndLargeBodies() {
        const auto status = [this](const std::string &body) {
            const std::string answer = driver.send("POST", "/v1/entities", body);
            if (!Json::parse(WireClient::bodyOf(answer), nullptr, false).contains("error"))
                return -1;
            return WireClient::statusOf(answer);
        };
        QCOMPARE(status("{"), 400);
        QCOMPARE(status(""), 400);
        QCOMPARE(status("[]"), 400);
        QCOMPARE(status(std::string(5000, '[')), 400);
        QCOMPARE(status("{\"name\":\"" + std::string("\xFF\xFE") + "\"}"), 400);
        QCOMPARE(status(std::string(1024 * 1024 + 1, 'x')), 413);
        QCOMPARE(status("{\"a\":\"" + std::string(900 * 1024, 'x') + "\"}"), 400);
    }
    void wrongMethodsAndPaths() {
        QCOMPARE(WireClient::statusOf(driver.send("PUT", "/health")), 405);
        QCOMPARE(WireClient::statusOf(driver.send("PATCH", "/v1/entities/x")), 405);
        QCOMPARE(WireClient::statusOf(driver.send("DELETE", "/v1/search")), 405);
        QCOMPARE(WireClient::statusOf(driver.send("GET", "/v2")), 404);
        QCOMPARE(WireClient::statusOf(driver.send("GET", "/v1/entities/%zz")), 400);
        WireClient garbage(driver.port);
        garbage.send("\x16\x03\x01 this is no HTTP\r\n\r\n");
        QCOMPARE(WireClient::statusOf(garbage.readAnswer()), 400);
        WireClient longHead(driver.port);
        longHead.send("GET / HTTP/1.1\r\nX: " + std::string(20000, 'x') + "\r\n\r\n");
        QCOMPARE(WireClient::statusOf(longHead.readAnswer()), 431);
    }
    void strangersCannotUpdateOrDelete() {
        const auto other = identity::SecretKey::generate();
        const std::string id = driver.agentId(0);
        const std::string body = R"({"name":"stolen"})";
        const auto header = [](const std::string &value) {
            return "Authorization: " + value + "\r\n";
        };
        QCOMPARE(WireClient::statusOf(driver.send("PUT", "/v1/entities/" + id, body)), 401);
        QCOMPARE(
            WireClient::statusOf(driver.send("PUT", "/v1/entities/" + id, body,
                                             header(protocol::agentAuthorization(other, body)))),
            401);
        QCOMPARE(WireClient::statusOf(driver.send("DELETE", "/v1/entities/" + id, "",
                                                  header(protocol::agentAuthorization(other, id)))),
                 401);
        QCOMPARE(WireClient::statusOf(driver.send("DELETE", "/v1/entities/" + id, "",
                                                  header("Bearer-Dev " + other.sign(id).text()))),
                 401);
        QCOMPARE(WireClient::statusOf(
                     driver.send("PUT", "/v1/entities/" + id, body,
                                 header(protocol::agentAuthorization(driver.agentKey(0), body)))),
                 200);
    }
    void badHeartbeatsAreDroppedInSilence() {
        const auto key = driver.agentKey(0);
        WireClient socket(driver.port);
        QCOMPARE(WireClient::statusOf(socket.upgrade("/v1/entities/" + driver.agentId(0) + "/ws")),
                 101);
        const std::string before = lastBeat(0);
        clock.advance(10s);
        socket.sendFrame(protocol::makeHeartbeat(Dialect::Deployed, "",
                                                 identity::SecretKey::generate(), clock.utc()));
        socket.sendFrame(protocol::makeHeartbeat(Dialect::Deployed, "", key, clock.utc() + 61s));
        socket.sendFrame(protocol::makeHeartbeat(Dialect::Deployed, "", key, clock.utc() - 61s));
        socket.sendFrame(R"({"timestamp":"2026-11-24T09:00:10Z","signature":"x"})");
        socket.sendFrame("x", 9); // answered after all of them were looked at
        QCOMPARE(socket.readFrame(), std::string("x"));
        QCOMPARE(lastBeat(0), before);
        socket.sendFrame(protocol::makeHeartbeat(Dialect::Deployed, "", key, clock.utc() - 59s));
        socket.sendFrame("y", 9);
        QCOMPARE(socket.readFrame(), std::string("y"));
        QVERIFY(lastBeat(0) != before);
        // The other dialect's message is malformed here: the socket ends without a close frame.
        socket.sendFrame(
            protocol::makeHeartbeat(Dialect::Documented, driver.agentId(0), key, clock.utc()));
        QVERIFY(socket.closedByServer());
        WireClient unknown(driver.port);
        QCOMPARE(WireClient::statusOf(unknown.upgrade("/v1/entities/zns:00/ws")), 404);
    }
    void theDocumentedDialectIsSpokenToo() {
        const auto key = driver.agentKey(0);
        WireClient socket(driver.port);
        QCOMPARE(WireClient::statusOf(socket.upgrade("/v1/heartbeat")), 101);
        clock.advance(10s);
        socket.sendFrame(protocol::makeHeartbeat(Dialect::Documented, driver.agentId(0),
                                                 identity::SecretKey::generate(), clock.utc()));
        QVERIFY(socket.readFrame().find("signature_invalid") != std::string::npos);
        socket.sendFrame(
            protocol::makeHeartbeat(Dialect::Documented, driver.agentId(0), key, clock.utc()));
        socket.sendFrame("z", 9);
        QCOMPARE(socket.readFrame(), std::string("z"));
        QCOMPARE(lastBeat(0), formatRfc3339(clock.utc()));
        socket.sendFrame("{");
        QVERIFY(socket.closedByServer());
    }
    void oversizedMessagesEndTheConnection() {
        WireClient socket(driver.port);
        QCOMPARE(WireClient::statusOf(socket.upgrade("/v1/heartbeat")), 101);
        std::string head = "\x81\xFF";
        head += std::string("\x00\x00\x00\x00\x00\x50\x00\x00", 8) +
                std::string(4, '\0'); // 5 MB announced
        socket.send(head);
        QVERIFY(socket.closedByServer());
    }
    void searchesFindTheActiveOnly() {
        const auto ids = [this](const Json &query) {
            std::vector<std::string> found;
            const Json answer =
                Json::parse(WireClient::bodyOf(driver.send("POST", "/v1/search", query.dump())));
            for (const Json &r : answer["results"])
                found.push_back(r["entity_id"]);
            return found;
        };
        QCOMPARE(driver.registerAgent(5, "needle in hay"), 201);
        QVERIFY(ids({{"query", "needle"}}) == std::vector<std::string>{driver.agentId(5)});
        QVERIFY(ids({{"query", "needle"}, {"developer_id", driver.developerId()}}).size() == 1);
        QVERIFY(ids({{"query", "needle"}, {"developer_id", "zns:dev:0"}}).empty());
        QVERIFY(ids({{"developer_id", driver.developerId()}}).empty());
        QCOMPARE(WireClient::statusOf(driver.send("POST", "/v1/search", "{}")), 400);
    }
    void slowClientsAreClosedAndPipelinesServed() {
        WireClient slow(driver.port);
        slow.send("GET /health HTTP/1.1\r\nHost: l"); // and nothing more
        WireClient pipelined(driver.port);
        const std::string one = WireClient::request("GET", "/health");
        pipelined.send(one + one + one);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(WireClient::statusOf(pipelined.readAnswer()), 200);
        WireClient aborted(driver.port);
        aborted.send("POST /v1/entities HTTP/1.1\r\nHost: l\r\nContent-Length: 500000\r\n\r\n{");
        checkItServes();
        QVERIFY(slow.closedByServer());
    }
};

QTEST_GUILESS_MAIN(NodeRefusalsTest)
#include "node_refusals_test.moc"
