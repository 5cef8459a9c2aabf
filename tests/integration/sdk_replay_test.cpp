// SPDX-License-Identifier: GPL-3.0-or-later
// What the network's own SDKs sent to a deployed registry, sent to ours, with their signatures, at
// the recording's time.
#include "base/rfc3339.h"
#include "node/node.h"
#include "support/manual_clock.h"
#include "support/test_data.h"
#include "support/wire_client.h"

#include <QTest>
#include <map>
#include <set>

using namespace heartline;
using protocol::Json;
using test::WireClient;

namespace {

/// Members that are in the recorded answer must be in ours, and equal unless they are of the
/// moment.
void compareMembers(const Json &recorded, const Json &ours, const std::string &path) {
    static const std::set<std::string> ofTheMoment{"registered_at", "updated_at", "last_heartbeat",
                                                   "score", "latency_ms"};
    QVERIFY2(recorded.type() == ours.type() || (recorded.is_number() && ours.is_number()),
             path.c_str());
    if (recorded.is_object()) {
        for (const auto &[name, value] : recorded.items()) {
            if (name == "score_breakdown")
                continue;
            std::string member = path;
            member.append(".").append(name);
            QVERIFY2(ours.contains(name), member.c_str());
            if (!ofTheMoment.contains(name))
                compareMembers(value, ours[name], member);
        }
    } else if (recorded.is_array()) {
        QVERIFY2(recorded.size() == ours.size(), path.c_str());
        for (std::size_t i = 0; i < recorded.size(); ++i)
            compareMembers(recorded[i], ours[i], path + "[]");
    } else {
        QVERIFY2(recorded == ours, (path + ": " + recorded.dump() + " / " + ours.dump()).c_str());
    }
}

} // namespace

class SdkReplayTest : public QObject {
    Q_OBJECT
    test::ManualClock clock{*parseRfc3339("2026-11-24T09:04:52Z")};
    std::unique_ptr<node::Node> node;

    std::string send(const std::string &method, const std::string &target, const std::string &body,
                     const std::string &headers = {}) {
        WireClient client(node->port());
        client.send(WireClient::request(method, target, body, headers));
        return client.readAnswer();
    }

private Q_SLOTS:
    void initTestCase() {
        auto started = node::Node::start({}, clock);
        QVERIFY(started);
        node = std::move(*started);
        const Json record = test::fileJson(TEST_DATA "/recordings/rest/developer.json")["body"];
        const Json registration{{"name", record["name"]},
                                {"public_key", record["public_key"]},
                                {"profile_url", ""},
                                {"github", ""},
                                {"signature", record["signature"]}};
        QCOMPARE(WireClient::statusOf(send("POST", "/v1/developers", registration.dump())), 201);
    }

    void everyRecordedRequestGetsItsAnswer() {
        // Heartbeats go to the open socket of the id whose upgrade came last from that client.
        std::map<std::string, std::unique_ptr<WireClient>> sockets;
        WireClient watcher(node->port());
        QCOMPARE(WireClient::statusOf(watcher.upgrade("/v1/ws/activity")), 101);
        QVERIFY(watcher.readFrame().find("connected") != std::string::npos);
        int http = 0;
        int beats = 0;
        int pings = 0;
        for (const Json &entry : test::fileLines(TEST_DATA "/recordings/sdk-requests.jsonl")) {
            const std::string client = entry["client"];
            if (entry["kind"] == "ws") {
                const int opcode = entry["opcode"];
                if (entry["dir"] != "to registry")
                    continue;
                WireClient &socket = *sockets.at(client);
                if (opcode == 9) {
                    socket.sendFrame("ping", 9);
                    QCOMPARE(socket.readFrame(), std::string("ping")); // the pong carries it back
                    ++pings;
                    continue;
                }
                const Json message = Json::parse(entry["payload"].get<std::string>());
                clock.setUtc(*parseRfc3339(message["timestamp"].get<std::string>()));
                socket.sendFrame(entry["payload"].get<std::string>());
                std::string frame;
                do // the beat shows on the stream: it was accepted
                    frame = watcher.readFrame();
                while (!frame.empty() && frame.find("\"entity_heartbeat\"") == std::string::npos);
                QVERIFY2(!frame.empty(), message.dump().c_str());
                ++beats;
                continue;
            }
            std::vector<std::string> lines = entry["request"];
            const std::string status = entry["status"];
            const int expected = std::stoi(status.substr(9, 3));
            std::string raw;
            for (const std::string &line : lines)
                raw += line + "\r\n";
            raw += "\r\n" + entry["request_body"].get<std::string>();
            ++http;
            if (expected == 101) {
                auto socket = std::make_unique<WireClient>(node->port());
                socket->send(raw);
                const std::string answer = socket->readAnswer();
                QCOMPARE(WireClient::statusOf(answer), 101);
                QVERIFY2(answer.find("permessage-deflate") == std::string::npos,
                         "not taken up, as deployed");
                sockets[client] = std::move(socket);
                continue;
            }
            WireClient one(node->port());
            one.send(raw);
            const std::string answer = one.readAnswer();
            QVERIFY2(WireClient::statusOf(answer) == expected, (lines[0] + "\n" + answer).c_str());
            compareMembers(Json::parse(entry["answer"].get<std::string>()),
                           Json::parse(WireClient::bodyOf(answer)), lines[0]);
            QVERIFY(answer.find("\r\nDate: ") != std::string::npos);
        }
        QCOMPARE(http, 18);
        QVERIFY(beats >= 6);
        QCOMPARE(pings, 2);
    }

    void plainTextAnswersAreAsRecorded_data() {
        QTest::addColumn<QString>("file");
        for (const char *name : {"activity-without-upgrade", "wrong-method", "health",
                                 "registry-proof-missing", "entity-unknown", "developer-unknown"})
            QTest::newRow(name) << name;
    }
    void plainTextAnswersAreAsRecorded() {
        QFETCH(QString, file);
        const Json recorded =
            test::fileJson(TEST_DATA "/recordings/rest/" + file.toStdString() + ".json");
        const std::string answer =
            send(recorded["request"]["method"], recorded["request"]["path"], "");
        QCOMPARE(WireClient::statusOf(answer), recorded["status"].get<int>());
        if (recorded.contains("body_text"))
            QCOMPARE(WireClient::bodyOf(answer), recorded["body_text"].get<std::string>());
        else
            QVERIFY(Json::parse(WireClient::bodyOf(answer)) == recorded["body"]);
        const std::string type = recorded["headers"]["Content-Type"];
        QVERIFY(answer.find("Content-Type: " + type) != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(SdkReplayTest)
#include "sdk_replay_test.moc"
