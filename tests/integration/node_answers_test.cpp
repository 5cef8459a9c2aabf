// SPDX-License-Identifier: GPL-3.0-or-later
// What a node answers, where it was compared with a deployed one request by request.
#include "base/rfc3339.h"
#include "node/node.h"
#include "protocol/heartbeat_message.h"
#include "protocol/json.h"
#include "support/canned_registry.h"
#include "support/manual_clock.h"
#include "support/node_driver.h"

#include <QFile>
#include <QProcess>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace heartline;
using protocol::Json;
using test::WireClient;

namespace {

struct Answer {
    int status = 0;
    std::string text; ///< of an error; or the body
    bool operator==(const Answer &) const = default;
};

Answer errorIn(const std::string &raw) {
    const Json body = Json::parse(WireClient::bodyOf(raw), nullptr, false);
    const bool named = body.is_object() && body.contains("error");
    return {WireClient::statusOf(raw),
            named ? body["error"].get<std::string>() : WireClient::bodyOf(raw)};
}

} // namespace

class NodeAnswersTest : public QObject {
    Q_OBJECT
    test::ManualClock clock{*parseRfc3339("2026-11-24T09:00:00Z")};
    std::unique_ptr<node::Node> node;
    test::NodeDriver driver;

    void start(node::NodeOptions options = {}) {
        auto started = node::Node::start(options, clock);
        QVERIFY2(started, started ? "" : started.error().message.c_str());
        node = std::move(*started);
        driver = {};
        driver.port = node->port();
        QCOMPARE(driver.registerDeveloper(), 201);
    }
    Answer post(const std::string &target, const std::string &body) {
        return errorIn(driver.send("POST", target, body));
    }
    /// A registration of the developer's agent, signed over what it says.
    std::string registration(std::uint32_t index, const Json &changes) {
        const auto key = driver.agentKey(index);
        Json body = Json::parse(driver.registration(index, "agent"));
        for (const auto &[name, value] : changes.items())
            value.is_null() ? (void)body.erase(name) : (void)(body[name] = value);
        body["signature"] = key.sign(protocol::registrationSignedText(body)).text();
        return body.dump();
    }
    Json record(std::uint32_t index) {
        return Json::parse(
            WireClient::bodyOf(driver.send("GET", "/v1/entities/" + driver.agentId(index))),
            nullptr, false);
    }

private Q_SLOTS:
    void init() { start(); }

    void registrationsAreRefusedInTheDeployedWords() {
        const auto refused = [this](const Json &changes) {
            return post("/v1/entities", registration(7, changes));
        };
        const Answer incomplete{400, "name, category, and public_key are required"};
        QVERIFY(refused({{"name", ""}}) == incomplete);
        QVERIFY(refused({{"category", ""}}) == incomplete);
        QVERIFY(refused({{"entity_url", ""}}) ==
                (Answer{400, "entity_url is required for agent type"}));
        QVERIFY(refused({{"entity_type", "robot"}}) == (Answer{400, "invalid entity_type: robot"}));
        QVERIFY(refused({{"entity_type", "service"}}) ==
                (Answer{400, "service_endpoint is required for entity_type 'service'"}));
        QCOMPARE(refused({{"category", std::string(51, 'c')}}).status, 400); // stricter here
        QVERIFY(post("/v1/developers", "") == (Answer{400, "invalid request body: EOF"}));
        QVERIFY(post("/v1/developers", "{\"name\":") ==
                (Answer{400, "invalid request body: unexpected EOF"}));
        QVERIFY(post("/v1/search", "{") == (Answer{400, "invalid request body: unexpected EOF"}));
        QVERIFY(
            post("/v1/search", "{}") ==
            (Answer{400, "query or a filter (developer_handle, developer_id, fqan) is required"}));
        QVERIFY(
            post("/v1/developers", protocol::makeDeveloperRegistration("Dev", driver.developer)) ==
            (Answer{409, "developer already registered (or handle already taken)"}));
        QCOMPARE(record(7).value("error", ""), std::string("entity not found"));
    }

    void signaturesAreOverGosLineSeparators() {
        const auto key = driver.agentKey(1);
        Json body = Json::parse(registration(1, {{"summary", "a\u2028b"}}));
        const std::string good = body.dump();
        QVERIFY(protocol::registrationSignedText(body).find("\\u2028") != std::string::npos);
        Json plain = body;
        std::string text = protocol::registrationSignedText(body);
        text.replace(text.find("\\u2028"), 6, "\u2028");
        plain["signature"] = key.sign(text).text();
        QVERIFY(post("/v1/entities", plain.dump()) == (Answer{401, "invalid agent signature"}));
        QCOMPARE(post("/v1/entities", good).status, 201);
    }

    void listsBeginWithTheNewest() {
        for (std::uint32_t i = 0; i < 3; ++i)
            QCOMPARE(driver.registerAgent(i, "a" + std::to_string(i)), 201);
        const std::string body = R"({"summary":"new"})";
        const std::string authorization =
            "Authorization: " + protocol::agentAuthorization(driver.agentKey(0), body) + "\r\n";
        QCOMPARE(WireClient::statusOf(
                     driver.send("PUT", "/v1/entities/" + driver.agentId(0), body, authorization)),
                 200);
        for (const std::string &target : {std::string("/v1/entities"),
                                          "/v1/developers/" + driver.developerId() + "/entities"}) {
            const Json list = Json::parse(WireClient::bodyOf(driver.send("GET", target)));
            std::vector<std::string> ids;
            for (const Json &each : list.contains("agents") ? list["agents"] : list["entities"])
                ids.push_back(each["entity_id"]);
            QVERIFY(ids == (std::vector{driver.agentId(0), driver.agentId(2), driver.agentId(1)}));
        }
    }

    void searchesFilterByTagAndType() {
        QCOMPARE(post("/v1/entities", registration(0, {{"tags", {"a", "b"}}})).status, 201);
        const auto found = [this](const Json &query) {
            return Json::parse(WireClient::bodyOf(
                driver.send("POST", "/v1/search", query.dump())))["total_found"]
                .get<int>();
        };
        QCOMPARE(found({{"query", "AGENT"}}), 1);
        QCOMPARE(found({{"query", "agent"}, {"tags", {"z"}}}), 0);
        QCOMPARE(found({{"query", "agent"}, {"tags", {"z", "b"}}}), 1);
        QCOMPARE(found({{"query", "agent"}, {"entity_type", "service"}}), 0);
        QCOMPARE(found({{"query", "agent"}, {"status", "inactive"}}), 1); // is ignored
    }

    void pathsAndOriginsAreAsDeployed() {
        QVERIFY(errorIn(driver.send("GET", "/v1/entities/")) ==
                (Answer{404, "404 page not found\n"}));
        QVERIFY(errorIn(driver.send("GET", "/v1/resolve/x/y")) == (Answer{404, "name not found"}));
        QVERIFY(errorIn(driver.send("GET", "/v1/handles/x")) == (Answer{404, "handle not found"}));
        const std::string moved = driver.send("GET", "//v1/./info");
        QCOMPARE(WireClient::statusOf(moved), 307);
        QVERIFY(moved.find("Location: /v1/info\r\n") != std::string::npos);
        const std::string options = driver.send("OPTIONS", "/v1/entities");
        QCOMPARE(WireClient::statusOf(options), 204);
        for (const std::string &answer :
             {options, driver.send("GET", "/health"), driver.send("GET", "/nothing")})
            QVERIFY(answer.find("Access-Control-Allow-Origin: *\r\n") != std::string::npos);
    }

    void whatIsStoredIsLimited() {
        const std::string lots(3000, 'x');
        Json body = Json::parse(registration(0, Json::object()));
        body["developer_proof"]["besides"] = lots;
        QCOMPARE(post("/v1/entities", body.dump()).status, 201);
        QVERIFY(!record(0)["developer_proof"].contains("besides"));
        body = Json::parse(registration(1, Json::object()));
        body["entity_pricing"] = {{"model", std::string(9000, 'x')}};
        QCOMPARE(post("/v1/entities", body.dump()).status, 400);
        const auto other = identity::SecretKey::generate();
        Json developer = Json::parse(protocol::makeDeveloperRegistration("Other", other));
        developer["profile_url"] = lots;
        developer["signature"] = other.sign(protocol::developerSignedText(developer)).text();
        QCOMPARE(post("/v1/developers", developer.dump()).status, 400);
    }

    void whatItsOwnerEndedIsNotMadeAgainByOthers() {
        QTemporaryDir folder;
        node::NodeOptions options;
        options.dataDir = folder.path().toStdString();
        start(options);
        const std::string first = registration(0, {{"summary", "one"}});
        QCOMPARE(post("/v1/entities", first).status, 201);
        QCOMPARE(driver.deregisterAgent(0), 200);
        QCOMPARE(post("/v1/entities", first).status, 409);
        const test::NodeDriver owner{driver.port, driver.developer.clone()};
        node.reset();
        auto again = node::Node::start(options, clock);
        QVERIFY(again);
        node = std::move(*again);
        driver = {node->port(), owner.developer.clone()};
        QCOMPARE(post("/v1/entities", first).status, 409); // it is remembered
        QCOMPARE(post("/v1/entities", registration(0, {{"summary", "two"}})).status, 201);
        QCOMPARE(driver.deregisterAgent(0), 200);
        clock.advance(std::chrono::hours(24 * 7) + 1s);
        QCOMPARE(post("/v1/entities", first).status, 201);
    }

    void oneAddressMayAskForSoMuch() {
        const auto status = [this](const std::string &target, const std::string &asker) {
            return WireClient::statusOf(
                driver.send("POST", target, "{}", "X-Forwarded-For: 1.1.1.1, " + asker + "\r\n"));
        };
        for (int i = 0; i < 10; ++i)
            QCOMPARE(status("/v1/entities", "203.0.113.7"), 400);
        QCOMPARE(status("/v1/entities", "203.0.113.7"), 429);
        QCOMPARE(status("/v1/developers", "203.0.113.7"), 429);
        QCOMPARE(status("/v1/entities", "203.0.113.8"), 400);
        QCOMPARE(status("/v1/search", "203.0.113.7"), 400);
        for (int i = 0; i < 99; ++i)
            QCOMPARE(status("/v1/search", "2001:db8::7"), 400);
        QCOMPARE(status("/v1/search", "2001:db8::8"), 400); // the same network
        QCOMPARE(status("/v1/search", "2001:db8::9"), 429);
        clock.advance(61s);
        QCOMPARE(status("/v1/search", "2001:db8::9"), 400);
        for (int i = 0; i < 30; ++i) // programs on this machine have no budget
            QCOMPARE(post("/v1/entities", "{}").status, 400);
    }

    void statesAreAsDeployedOrAsDocumented() {
        QCOMPARE(driver.registerAgent(0, "zero"), 201);
        QCOMPARE(record(0)["status"].get<std::string>(), std::string("active"));
        node::NodeOptions options;
        options.documentedStates = true;
        start(options);
        QCOMPARE(driver.registerAgent(0, "zero"), 201);
        QCOMPARE(record(0)["status"].get<std::string>(), std::string("inactive"));
        WireClient socket(driver.port);
        QCOMPARE(WireClient::statusOf(socket.upgrade("/v1/entities/" + driver.agentId(0) + "/ws")),
                 101);
        socket.sendFrame(protocol::makeHeartbeat(protocol::Dialect::Deployed, "",
                                                 driver.agentKey(0), clock.utc()));
        socket.sendFrame("x", 9);
        QCOMPARE(socket.readFrame(), std::string("x"));
        QCOMPARE(record(0)["status"].get<std::string>(), std::string("active"));
    }

    void cardsAreFetchedWhereThatIsAllowed() {
        test::CannedRegistry agent;
        const std::string path = "/.well-known/agent.json";
        const std::string json = "application/json";
        agent.answerWith(path, {200, R"({"name":"card"})", json, {}, {}});
        agent.answerWith("/moved" + path, {302, "", json, {{"Location", agent.url() + path}}, {}});
        agent.answerWith("/large" + path,
                         {200, "{\"x\":\"" + std::string(70'000, 'x') + "\"}", json, {}, {}});
        const auto card = [&](std::uint32_t index, const std::string &place) {
            (void)post("/v1/entities", registration(index, {{"entity_url", agent.url() + place}}));
            return errorIn(driver.send("GET", "/v1/entities/" + driver.agentId(index) + "/card"));
        };
        QVERIFY(card(0, "").text.find("private network") != std::string::npos);
        node::NodeOptions options;
        options.fetchPrivate = true;
        start(options);
        QVERIFY(card(0, "") == (Answer{200, R"({"name":"card"})"}));
        QVERIFY(card(1, "/moved") == (Answer{502, "failed to fetch agent card: agent card URL "
                                                  "returned status 302"}));
        QCOMPARE(card(2, "/large").status, 502);
        QVERIFY(errorIn(driver.send("GET", "/v1/entities/zns:00/card")) ==
                (Answer{404, "entity not found"}));
    }

    void itSpeaksTlsAndReadsItsCertificateAgain() {
        QTemporaryDir folder;
        node::NodeOptions options;
        options.tlsCertificate = folder.filePath(QStringLiteral("cert.pem")).toStdString();
        options.tlsKey = folder.filePath(QStringLiteral("key.pem")).toStdString();
        QVERIFY(!node::Node::start(options, clock)); // there is none yet
        const auto makeCertificate = [&](const QString &name) {
            QProcess openssl;
            openssl.start(QStringLiteral("openssl"),
                          {QStringLiteral("req"), QStringLiteral("-x509"),
                           QStringLiteral("-newkey"), QStringLiteral("rsa:2048"),
                           QStringLiteral("-nodes"), QStringLiteral("-days"), QStringLiteral("2"),
                           QStringLiteral("-subj"), QStringLiteral("/CN=") + name,
                           QStringLiteral("-keyout"), QString::fromStdString(options.tlsKey),
                           QStringLiteral("-out"), QString::fromStdString(options.tlsCertificate)});
            return openssl.waitForFinished(60000) && openssl.exitCode() == 0;
        };
        const auto nameShown = [&]() -> QString {
            QSslSocket socket;
            socket.setPeerVerifyMode(QSslSocket::VerifyNone);
            socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), node->port());
            if (!socket.waitForEncrypted(10000))
                return socket.errorString();
            socket.write("GET /health HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n");
            QByteArray answer;
            while (socket.waitForReadyRead(10000))
                answer += socket.readAll();
            if (!answer.endsWith("{\"status\":\"ok\"}\n"))
                return QStringLiteral("no answer");
            return socket.peerCertificate().subjectInfo(QSslCertificate::CommonName).value(0);
        };
        QVERIFY(makeCertificate(QStringLiteral("first")));
        auto started = node::Node::start(options, clock);
        QVERIFY2(started, started ? "" : started.error().message.c_str());
        node = std::move(*started);
        QVERIFY(node->url().starts_with("https://"));
        QCOMPARE(nameShown(), QStringLiteral("first"));
        QVERIFY(makeCertificate(QStringLiteral("second")));
        QCOMPARE(nameShown(), QStringLiteral("first"));
        QVERIFY(node->reloadTls());
        QTRY_COMPARE_WITH_TIMEOUT(nameShown(), QStringLiteral("second"), 10000);
        QVERIFY(QFile::remove(QString::fromStdString(options.tlsKey)));
        QVERIFY(!node->reloadTls()); // and the former one stays
        QCOMPARE(nameShown(), QStringLiteral("second"));
    }
};

QTEST_GUILESS_MAIN(NodeAnswersTest)
#include "node_answers_test.moc"
