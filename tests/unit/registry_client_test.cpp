// SPDX-License-Identifier: GPL-3.0-or-later
// Our link to one registry, on virtual time and a network that the test plays.
#include "registry/registry_client.h"
#include "support/fake_transport.h"
#include "support/virtual_time.h"

#include <QTest>

using namespace heartline;
using liveness::LinkState;
using registry::RegistryClient;

namespace {

constexpr const char *kInfo = R"({"registry_id":"agdns:registry:1","name":"one"})";
constexpr const char *kOther = R"({"registry_id":"agdns:registry:2","name":"two"})";
constexpr const char *kGreeting =
    R"({"type":"connected","timestamp":"2026-11-24T10:00:00Z","data":{}})";

struct Bench {
    test::VirtualTime time;
    test::FakeTransport network;
    liveness::RegistryClock registryClock;
    std::vector<LinkState> told;
    std::vector<std::string> heard;
    RegistryClient client{
        "http://registry.example",
        Environment{time, time, network, 7},
        registryClock,
        {.wanted = [](std::string_view id) { return id == "zns:ours"; },
         .event = [this](const protocol::ActivityEvent &e) { heard.emplace_back(e.entityId); },
         .othersHeard = [](UtcTime) {},
         .linkChanged = [this] { told.push_back(client.link()); },
         .asks = [this] { ++asked; }}};
    int asked = 0;

    [[nodiscard]] HttpReply reply(std::string body, int status = 200) const {
        HttpReply answer;
        answer.status = status;
        answer.body = std::move(body);
        answer.sentAt = time.mono();
        answer.receivedAt = time.mono();
        return answer;
    }
    void connect() {
        client.start();
        network.answer("/v1/info", reply(kInfo));
        greet();
    }
    void greet() {
        stream().connected();
        stream().message(kGreeting);
    }
    [[nodiscard]] const StreamEvents &stream() const { return network.lines.back()->events; }
};

} // namespace

class RegistryClientTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void itConnectsAndHears() {
        Bench b;
        b.connect();
        QCOMPARE(b.told, std::vector{LinkState::Connected});
        QCOMPARE(b.network.lines.back()->request.url,
                 std::string("ws://registry.example/v1/ws/activity"));
        b.stream().message(R"({"type":"entity_heartbeat","timestamp":"2026-11-24T10:00:01Z",)"
                           R"("data":{"entity_id":"zns:ours"}})");
        QCOMPARE(b.heard, std::vector<std::string>{"zns:ours"});
    }
    void aStreamThatDoesNotGreetIsNone() {
        Bench b;
        b.client.start();
        b.network.answer("/v1/info", b.reply(kInfo));
        b.stream().connected();
        b.time.pass(9s);
        QVERIFY(!b.network.lines.front()->open);
        QCOMPARE(b.client.link(), LinkState::PollingOnly); // answers come
        b.time.pass(3s);
        QCOMPARE(b.network.lines.size(), std::size_t{2}); // and it is tried again
    }
    void aHalfOpenStreamIsFoundOut() {
        Bench b;
        b.connect();
        b.time.pass(14s);
        QCOMPARE(b.network.lines.back()->pings, 1);
        QVERIFY(b.network.waits("/v1/info")); // is it the registry, or the socket?
        b.network.answer("/v1/info", b.reply(kInfo));
        b.time.pass(13s);
        QVERIFY(!b.network.lines.front()->open);
        QVERIFY(b.network.waits("/v1/info"));
        b.network.answer("/v1/info", b.reply(kInfo));
        QCOMPARE(b.client.link(), LinkState::PollingOnly);
    }
    void whereNothingIsHeardItIsSilent() {
        Bench b;
        b.connect();
        b.time.pass(27s);
        QCOMPARE(b.client.link(), LinkState::Silent);
        QVERIFY(b.network.resets > 0 && !b.network.lines.back()->open);
        QVERIFY(b.client.nextTryAt());
    }
    void itIsTriedAgainForAsLongAsItFails() {
        Bench b;
        b.client.start();
        int tries = 0;
        for (int second = 0; second < 600; ++second) {
            if (b.network.waits("/v1/info")) {
                ++tries;
                b.network.answer("/v1/info", fail(ErrorKind::Refused, "refused"));
            }
            b.time.pass(1s);
        }
        QCOMPARE(b.client.link(), LinkState::Unreachable);
        QVERIFY2(tries > 30 && tries < 150, qPrintable(QString::number(tries)));
        b.time.pass(20s);
        b.network.answer("/v1/info", b.reply(kInfo));
        b.greet();
        QCOMPARE(b.client.link(), LinkState::Connected);
        QVERIFY(!b.client.nextTryAt());
    }
    void anotherRegistryIsNotListenedTo() {
        Bench b;
        b.client.expectRegistry("agdns:registry:1");
        b.client.start();
        b.network.answer("/v1/info", b.reply(kOther));
        QCOMPARE(b.client.link(), LinkState::OtherRegistry);
        QVERIFY(b.network.lines.empty());
        b.client.acceptRegistry();
        b.network.answer("/v1/info", b.reply(kOther));
        b.greet();
        QCOMPARE(b.client.link(), LinkState::Connected);
    }
    void aRecordWaitsForWhoAnswers() {
        Bench b;
        b.connect();
        for (int i = 0; i < 4; ++i) {
            b.time.pass(8s);
            b.stream().pong();
        }
        bool came = false;
        bool cancelled = false;
        b.client.readRecord("zns:ours", true, [&](const Result<RegistryClient::Record> &record) {
            came = true;
            cancelled = !record && record.error().kind == ErrorKind::Cancelled;
        });
        b.network.answer("/v1/entities/zns:ours", b.reply(R"({"error":"no such entity"})", 404));
        QVERIFY(!came);
        b.network.answer("/v1/info", b.reply(kOther));
        QVERIFY(came && cancelled); // another's word
        QCOMPARE(b.client.link(), LinkState::OtherRegistry);
    }
    void whoSaysThatItKnowsNobodyIsAskedWhoItIs() {
        Bench b;
        b.connect();
        b.time.pass(5s); // it was asked just now
        bool believed = false;
        b.client.readRecord("zns:ours", false, [&](const auto &record) { believed = !!record; });
        b.network.answer("/v1/entities/zns:ours", b.reply(R"({"error":"no such entity"})", 404));
        b.network.answer("/v1/info", b.reply(kOther));
        QVERIFY(!believed);
        QCOMPARE(b.client.link(), LinkState::OtherRegistry);
    }
    void everyRequestIsTold() {
        Bench b;
        b.connect();
        b.client.readRecord("zns:ours", true, [](const auto &) {});
        b.client.readList(
            {"agdns:dev:1"}, [](const auto &, MonoTime) {}, [](const auto &) {});
        b.client.readPeers([](const auto &) {});
        b.client.searchFor("zns:ours", "ours", "agdns:dev:1", [](const auto &) {});
        b.client.readOutageWitness([](const auto &) {});
        b.network.answer("/v1/network/status", b.reply("{}"));
        b.time.pass(14s); // and a probe
        QCOMPARE(b.asked, b.network.asked);
        QCOMPARE(b.asked, 8);
    }
    void whereLittleIsAllowedLessIsAsked() {
        Bench b;
        b.connect();
        b.client.readRecord("zns:ours", true, [](const auto &) {});
        b.network.answer("/v1/entities/zns:ours", b.reply("{}", 429));
        b.stream().lost({});
        b.network.answer("/v1/info", b.reply(kInfo));
        QCOMPARE(b.client.link(), LinkState::PollingOnly);
        const int before = b.asked;
        for (int i = 0; i < 17; ++i) { // its stream is refused, again and again
            b.time.pass(1s);
            if (b.network.lines.back()->open)
                b.stream().lost({});
        }
        QCOMPARE(b.asked, before + 1); // whether answers still come, once no other told that
    }
    void whatWaitsWhileAnotherIsFoundOutIsNotBelieved() {
        Bench b;
        b.connect();
        b.time.pass(14s); // a probe goes out
        b.stream().pong();
        for (int i = 0; i < 3; ++i) {
            b.time.pass(8s);
            b.stream().pong();
        }
        bool believed = false;
        b.client.readRecord("zns:ours", true, [&](const auto &record) { believed = !!record; });
        b.network.answer("/v1/entities/zns:ours", b.reply(R"({"error":"no such entity"})", 404));
        b.network.answer("/v1/info", b.reply(kOther)); // the probe's, of which the other is told
        QCOMPARE(b.client.link(), LinkState::OtherRegistry);
        QVERIFY(!believed);
    }
    void whoLimitsUsIsThere() {
        Bench b;
        b.connect();
        b.time.pass(14s);
        b.network.answer("/v1/info", b.reply("{}", 429));
        QCOMPARE(b.told, std::vector{LinkState::Connected});
        Bench first; // where nothing is known yet, it is left alone for a while
        first.client.start();
        first.network.answer("/v1/info", first.reply("{}", 429));
        QCOMPARE(first.told, std::vector{LinkState::Refusing});
        first.time.pass(9s);
        QVERIFY(!first.network.waits("/v1/info"));
        first.time.pass(2s);
        QVERIFY(first.network.waits("/v1/info"));
    }
    void slowAnswersAreWaitedFor() {
        Bench b;
        b.connect();
        b.client.readRecord("zns:ours", true, [](const auto &) {});
        QCOMPARE(toSeconds(b.network.request("/zns:ours").timeout), 5.0);
        HttpReply slow = b.reply("{}");
        slow.receivedAt += 7s;
        b.network.answer("/zns:ours", slow);
        b.client.readRecord("zns:ours", true, [](const auto &) {});
        QCOMPARE(toSeconds(b.network.request("/zns:ours").timeout), 14.0);
    }
    void whatWasGivenUpIsGivenLongerTheNextTime() {
        Bench b;
        b.connect();
        const auto seconds = [&] {
            b.client.readRecord("zns:ours", true, [](const auto &) {});
            return toSeconds(b.network.request("/zns:ours").timeout);
        };
        QCOMPARE(seconds(), 5.0);
        b.network.answer("/zns:ours", fail(ErrorKind::Timeout, "no answer"));
        QCOMPARE(seconds(), 10.0);
        b.network.answer("/zns:ours", fail(ErrorKind::Timeout, "no answer"));
        QCOMPARE(seconds(), 15.0);
        b.network.answer("/zns:ours", b.reply("{}", 500));
        QCOMPARE(seconds(), 5.0);
    }
    void theSameSeedRunsTheSameWay() {
        const auto triesOf = [] {
            Bench b;
            b.client.start();
            std::vector<MonoTime> tries;
            for (int step = 0; step < 4000; ++step) {
                if (b.network.waits("/v1/info")) {
                    tries.push_back(b.time.mono());
                    b.network.answer("/v1/info", fail(ErrorKind::Refused, "refused"));
                }
                b.time.pass(10ms);
            }
            return tries;
        };
        const auto tries = triesOf();
        QVERIFY(tries.size() > 3);
        QCOMPARE(triesOf(), tries);
    }
};

QTEST_GUILESS_MAIN(RegistryClientTest)
#include "registry_client_test.moc"
