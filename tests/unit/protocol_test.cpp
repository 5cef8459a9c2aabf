// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/rfc3339.h"
#include "protocol/activity_event.h"
#include "protocol/developer_record.h"
#include "protocol/display_text.h"
#include "protocol/entity_list.h"
#include "protocol/heartbeat_message.h"
#include "protocol/registration.h"
#include "protocol/registry_info.h"
#include "protocol/registry_url.h"
#include "registry/activity_stream.h"
#include "support/test_data.h"

#include <QTest>

using namespace heartline;
using namespace heartline::protocol;

namespace {
constexpr const char *kDeveloper = "zns:dev:4b64e8b9f9896d045b1b4e9a3590f459";
}

class ProtocolTest : public QObject {
    Q_OBJECT
    static Json rest(const char *name) {
        return test::fileJson(std::string(TEST_DATA "/recordings/rest/") + name + ".json");
    }
    static EntityRecord record(const char *name) { return *parseEntityRecord(rest(name)["body"]); }

private Q_SLOTS:
    void goDurationsAreRead() {
        using protocol::parseGoDuration;
        QCOMPARE(parseGoDuration("14m59.5s"), std::optional<Nanoseconds>(14min + 59500ms));
        QCOMPARE(parseGoDuration("250ms"), std::optional<Nanoseconds>(250ms));
        QCOMPARE(parseGoDuration("48h0m1s"), std::optional<Nanoseconds>(48h + 1s));
        for (const char *wrong : {"", "12", "s", "-3s", "1e300h", "nan", "5 s", "3d"})
            QVERIFY2(!parseGoDuration(wrong), wrong);
    }

    void aLiveAgentAtHome() {
        const EntityRecord r = record("entity-active");
        QVERIFY(!r.isGossipCopy());
        QCOMPARE(r.status, EntityStatus::Active);
        QCOMPARE(formatRfc3339(*r.lastHeartbeat), std::string("2026-11-24T08:58:58Z"));
        QVERIFY(r.keyMatchesId());
        QVERIFY(r.isProvedToBelongTo(kDeveloper));
        QVERIFY(!r.isProvedToBelongTo("zns:dev:00000000000000000000000000000000"));
        QVERIFY(r.entityUrl.empty());
    }
    void aKilledAgentIsInactive() {
        QCOMPARE(record("entity-inactive").status, EntityStatus::Inactive);
        QVERIFY(record("entity-inactive").lastHeartbeat > record("entity-inactive").registeredAt);
    }
    void anAgentThatNeverBeat() {
        const EntityRecord r = record("entity-never-beat");
        QVERIFY(r.lastHeartbeat == r.registeredAt);
    }
    void whoNamesAHomeAndHasAKeyIsNoCopy() {
        EntityRecord own = record("entity-inactive");
        own.homeRegistry = "agdns:registry:of-another-form";
        QVERIFY(!own.isGossipCopy());
    }
    void aPeersCopyCarriesNoHeartbeatAndNoProof() {
        for (const char *name : {"entity-peer-copy", "entity-peer-copy-inactive"}) {
            const EntityRecord r = record(name);
            QVERIFY(r.isGossipCopy());
            QVERIFY(!r.lastHeartbeat);
            QVERIFY(!r.keyMatchesId());
            QVERIFY(!r.isProvedToBelongTo(kDeveloper));
            QVERIFY(!r.tombstoned);
        }
        QCOMPARE(record("entity-peer-copy-inactive").status, EntityStatus::Inactive);
        QCOMPARE(record("entity-peer-copy").status, EntityStatus::Active);
    }
    void aDeregisteredCopyIsTombstonedThoughItSaysActive() {
        const EntityRecord r = record("entity-deregistered-peer");
        QVERIFY(r.tombstoned);
        QCOMPARE(r.status, EntityStatus::Active);
    }
    void lists() {
        const auto developers = parseEntityList(rest("developer-entities")["body"].dump());
        QVERIFY(developers);
        QCOMPARE(developers->records.size(), 3U);
        QCOMPARE(developers->count, 100); // the cap
        for (const EntityRecord &r : developers->records)
            QVERIFY(r.isProvedToBelongTo(kDeveloper) && !r.entityUrl.empty());
        QCOMPARE(parseEntityList(rest("developer-entities-empty")["body"].dump())->records.size(),
                 0U);
        const auto page = parseEntityList(rest("entities-page")["body"].dump());
        QCOMPARE(page->records.size(), 3U);
        QCOMPARE(page->records[0].developerId,
                 std::string("zns:dev:62b9816d1c7255fff9bede17d85ad17a"));
    }
    void developerRecord() {
        const auto r = parseDeveloperRecord(rest("developer")["body"].dump());
        QCOMPARE(r->developerId, std::string(kDeveloper));
        QCOMPARE(r->name, std::string("Op"));
    }
    void registryAnswers() {
        const auto info = parseRegistryInfo(rest("info")["body"].dump());
        QCOMPARE(info->name, std::string("real-a"));
        QCOMPARE(info->onboardingMode, std::string("open"));
        const auto status = parseNetworkStatus(rest("network-status")["body"].dump());
        QCOMPARE(status->localAgents, 11127);
        QCOMPARE(status->uptime, std::string("14m59.381473319s"));
        const auto peers = parsePeers(rest("network-peers")["body"].dump());
        QCOMPARE(peers->size(), 1U);
        QCOMPARE(peers->front().name, std::string("real-b"));
        QVERIFY(!parseRegistryInfo(rest("health")["body"].dump())); // an answer, but no registry's
    }
    void errorsAreReadInBothForms() {
        QCOMPARE(errorText(rest("entity-unknown")["body"].dump()), std::string("entity not found"));
        QCOMPARE(errorText(rest("entity-deregistered-home")["body"].dump()),
                 std::string("entity not found"));
        QCOMPARE(errorText(rest("developer-unknown")["body"].dump()),
                 std::string("developer not found"));
        QCOMPARE(errorText(rest("registry-proof-missing")["body"].dump()),
                 std::string("no registry identity proof configured"));
        QCOMPARE(errorText(rest("no-such-path")["body_text"].get<std::string>()),
                 std::string("404 page not found"));
        QCOMPARE(errorText(rest("wrong-method")["body_text"].get<std::string>()),
                 std::string("Method Not Allowed"));
        QCOMPARE(errorText(rest("activity-without-upgrade")["body_text"].get<std::string>()),
                 std::string("Bad Request"));
    }

    void everyRecordedFrameIsParsed_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("beats");
        QTest::addColumn<int>("active");
        QTest::addColumn<int>("inactive");
        QTest::addColumn<int>("registered");
        QTest::addColumn<int>("deregistered");
        QTest::addColumn<int>("gossip");
        QTest::newRow("home") << "activity-home" << 14 << 14 << 14 << 14 << 2 << 31;
        QTest::newRow("peer") << "activity-peer" << 0 << 0 << 0 << 0 << 0 << 31;
    }
    void everyRecordedFrameIsParsed() {
        QFETCH(QString, file);
        ActivityParser parser;
        std::map<ActivityType, int> count;
        for (const Json &line :
             test::fileLines(TEST_DATA "/recordings/" + file.toStdString() + ".jsonl")) {
            const std::string frame = line["frame"];
            const auto event = parser.parse(frame);
            QVERIFY2(event, frame.c_str());
            ++count[event->type];
            const Json expected = Json::parse(frame);
            QCOMPARE(formatRfc3339Nanos(event->timestamp),
                     expected["timestamp"].get<std::string>());
            QCOMPARE(std::string(event->entityId), stringOr(expected["data"], "entity_id", ""));
            QCOMPARE(std::string(registry::ActivityStream::entityIdIn(frame)),
                     std::string(event->entityId));
        }
        QCOMPARE(count[ActivityType::Connected], 1);
        QTEST(count[ActivityType::Heartbeat], "beats");
        QTEST(count[ActivityType::BecameActive], "active");
        QTEST(count[ActivityType::BecameInactive], "inactive");
        QTEST(count[ActivityType::Registered], "registered");
        QTEST(count[ActivityType::Deregistered], "deregistered");
        QTEST((count[ActivityType::GossipIncoming] + count[ActivityType::GossipOutgoing]),
              "gossip");
        QCOMPARE(count[ActivityType::Other], 0);
    }
    void damagedFramesAreErrors() {
        ActivityParser parser;
        for (const char *bad :
             {"", "{", "[]", "null", "{\"type\":\"connected\"}", "{\"type\":5,\"timestamp\":\"x\"}",
              "{\"type\":\"a\",\"timestamp\":\"2026-11-24T08:45:23Z\",\"data\":{\"entity_id\":7}}",
              "{\"type\":\"a\",\"timestamp\":\"2026-11-24T08:45:23Z\"} x", "{\"type\":\"a\""})
            QVERIFY2(!parser.parse(bad), bad);
        QVERIFY(!parser.parse(std::string(70000, ' ')));
        QVERIFY(parser.parse(
            "{\"timestamp\":\"2026-11-24T08:45:23Z\",\"data\":null,\"type\":\"new_kind\"}"));
    }

    void heartbeatVectorsAreMadeAndRead() {
        const Json vectors = test::fileJson(TEST_DATA "/ed25519.json");
        const QByteArray seed = QByteArray::fromHex(
            QByteArray::fromStdString(vectors["derived"][0]["seed_hex"].get<std::string>()));
        const auto key = identity::SecretKey::fromBytes(
            std::span(reinterpret_cast<const std::uint8_t *>(seed.constData()),
                      static_cast<std::size_t>(seed.size())));
        for (const Json &v : vectors["heartbeat_deployed"]) {
            const auto message = *parseHeartbeat(v["message"].dump(), Dialect::Deployed);
            QCOMPARE(message->signedText, v["signed_text"].get<std::string>());
            QVERIFY(key->publicKey().verifies(message->signedText, *message->signature));
            QVERIFY(Json::parse(makeHeartbeat(Dialect::Deployed, "", *key, message->timestamp)) ==
                    v["message"]);
        }
        for (const Json &v : vectors["heartbeat_documented"]) {
            const auto message = *parseHeartbeat(v["message"].dump(), Dialect::Documented);
            QCOMPARE(message->signedText, v["signed_text"].get<std::string>());
            QVERIFY(key->publicKey().verifies(message->signedText, *message->signature));
            QVERIFY(Json::parse(makeHeartbeat(Dialect::Documented, message->agentId, *key,
                                              message->timestamp)) == v["message"]);
        }
        // The other dialect's message is malformed; a time that is no time is dropped.
        QVERIFY(!parseHeartbeat(vectors["heartbeat_documented"][0]["message"].dump(),
                                Dialect::Deployed));
        QVERIFY(!parseHeartbeat("{\"timestamp\":", Dialect::Deployed));
        QVERIFY(!*parseHeartbeat("{\"timestamp\":\"now\",\"signature\":\"x\"}", Dialect::Deployed));
    }

    void registrationVectorsAreSignedAlike() {
        const Json vectors = test::fileJson(TEST_DATA "/ed25519.json");
        for (const Json &v : vectors["registration"]) {
            const Json &body = v["request"];
            QCOMPARE(registrationSignedText(body), v["canonical_signed_text"].get<std::string>());
            const auto key = identity::PublicKey::parse(body["public_key"].get<std::string>());
            const auto signature = identity::Signature::parse(body["signature"].get<std::string>());
            QVERIFY(key->verifies(registrationSignedText(body), *signature));
        }
        const Json &developer = vectors["developer_registration"];
        QCOMPARE(developerSignedText(developer["request"]),
                 developer["canonical_signed_text"].get<std::string>());
    }

    void hostileRecordsAreCutAndCleaned() {
        Json body = rest("entity-active")["body"];
        body["name"] = std::string(5000, 'x');
        body["summary"] = "line\nbreak \xE2\x80\xAE override";
        body["tags"] = Json(std::vector<std::string>(500, "t"));
        body["updated_at"] = 5;
        body["developer_proof"] = "no";
        body["entity_index"] = -1;
        const auto r = parseEntityRecord(body);
        QVERIFY(r);
        QCOMPARE(characterCount(r->name), 101U);
        QVERIFY(r->summary.find('\n') == std::string::npos);
        QVERIFY(r->summary.find("\xE2\x80\xAE") == std::string::npos);
        QCOMPARE(r->tags.size(), 20U);
        QVERIFY(!r->updatedAt && !r->developerProof && !r->entityIndex);
    }
    void whatCannotBeDecodedLeavesTheRestOfTheRecord_data() {
        QTest::addColumn<QByteArray>("members");
        QTest::addColumn<QString>("name");
        const auto row = [](const char *what, const QByteArray &members, const char *name = "n") {
            QTest::newRow(what) << members << QString::fromUtf8(name);
        };
        const QByteArray named = R"("name":"n",)";
        row("no UTF-8", "\"name\":\"a\xff\"", "a\uFFFD");
        row("half a pair", R"("name":"a\ud83d")", "a\uFFFD");
        row("the other half", R"("name":"\udc00b")", "\uFFFDb");
        row("a pair, and a half", R"("name":"\ud83d\ude00\ud83d")", "\U0001F600\uFFFD");
        row("an escaped backslash", R"("name":"\\ud83d \ud800")", "\\ud83d \uFFFD");
        row("brackets and quotes", "\"name\":\"]},{\\\"[\",\"x\":\"\\udc00\"", "]},{\"[");
        row("half a pair in a tag", named + R"("tags":["\ud800","t"])");
        row("a number beyond all bounds", named + R"("ttl":1e999,"entity_index":1e999)");
        row("nested too deeply", named + "\"x\":" + QByteArray(100, '[') + QByteArray(100, ']'));
        row("tags nested too deeply",
            named + "\"tags\":" + QByteArray(60, '[') + QByteArray(60, ']'));
        row("too many members",
            named + "\"developer_proof\":{" + QByteArray("\"a\":1,").repeated(3000) + "\"b\":1}");
        row("a large text", "\"name\":\"" + QByteArray(3000000, 'x') + "\"", "");
        row("a large text that is not shown", named + "\"x\":\"" + QByteArray(3000000, 'x') + "\"");
        row("twice", R"("name":"m","name":"n")");
    }
    void whatCannotBeDecodedLeavesTheRestOfTheRecord() {
        QFETCH(QByteArray, members);
        const std::string text =
            (R"({"entity_id":"zns:b",)" + members + R"(,"last_heartbeat":"2026-11-24T08:59:11Z"})")
                .toStdString();
        const auto record = parseEntityRecord(std::string_view(text));
        QVERIFY2(record, record ? "" : record.error().message.c_str());
        QCOMPARE(record->entityId, std::string("zns:b"));
        QTEST(QString::fromStdString(record->name), "name");
        QVERIFY(record->lastHeartbeat);
    }
    void whatWasNeverSetIsNoTime() {
        for (const char *never : {"null", "\"\"", "\"0001-01-01T00:00:00Z\""}) {
            const std::string text =
                std::string(R"({"entity_id":"zns:b","last_heartbeat":)") + never + "}";
            const auto record = parseEntityRecord(std::string_view(text));
            QVERIFY2(record && !record->lastHeartbeat, never);
        }
    }
    void anUndecodableRecordLeavesTheOthersStanding_data() {
        QTest::addColumn<QByteArray>("entry");
        QTest::newRow("no object") << QByteArray("7");
        QTest::newRow("no id") << QByteArray(R"({"name":"n"})");
        QTest::newRow("its id has no text") << QByteArray(R"({"entity_id":7})");
        QTest::newRow("no colon") << QByteArray(R"({"entity_id" "zns:b"})");
    }
    void anUndecodableRecordLeavesTheOthersStanding() {
        QFETCH(QByteArray, entry);
        const QByteArray text = "{\"developer_id\":\"d\",\"agents\":[{\"entity_id\":\"zns:a\"}, " +
                                entry + " ,{\"entity_id\":\"zns:c\"}],\"count\":3}";
        const auto list = parseEntityList(
            std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
        QVERIFY2(list, list ? "" : list.error().message.c_str());
        QCOMPARE(static_cast<int>(list->records.size()), 2);
        QCOMPARE(list->skipped, 1);
        QCOMPARE(list->count, 3);
        QCOMPARE(list->records.back().entityId, std::string("zns:c"));
    }
    void aNullListIsEmptyAndAnythingElseIsNoList() {
        for (const char *empty : {R"({"agents":null,"count":0})", R"({"entities":null,"count":0})",
                                  R"({"agents":[]})"}) {
            const auto list = parseEntityList(empty);
            QVERIFY2(list && list->records.empty() && list->count == 0, empty);
        }
        for (const char *none : {"", "{}", "[]", R"({"agents":{}})", R"({"agents":"none"})",
                                 R"({"agents":[{"entity_id":"zns:a"})", "<html>"})
            QVERIFY2(!parseEntityList(none), none);
    }
    void onlyTheRegistrysOwnErrorIsItsWord() {
        QVERIFY(isRegistryError("{\"error\":\"entity not found\"}\n"));
        for (const char *none : {"", "404 page not found", "<html></html>", "{}",
                                 R"({"message":"no such route"})", R"({"error":7})", "[]"})
            QVERIFY2(!isRegistryError(none), none);
        QVERIFY(!isRegistryError(R"({"timestamp":"2026-11-26T10:00:00Z","path":"/v1/entities/x",
                                     "status":404,"error":"Not Found"})")); // a gateway's
    }
    void deepAndLargeJsonIsRefused() {
        QVERIFY(!parseObject(std::string(100000, '[')));
        // An object of many members would take the square of their number of steps.
        std::string many = "{\"a\":0";
        for (int i = 0; i < 600; ++i)
            many += ",\"m" + std::to_string(i) + "\":0";
        QVERIFY(!parseObject(many + "}"));
        std::string nested = "{\"a\":[[]";
        for (int i = 0; i < 30'000; ++i)
            nested += ",{}";
        QVERIFY(!parseObject(nested + "]}"));
        QVERIFY(!parseObject("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}"));
        QVERIFY(!parseObject("{\"a\":\"" + std::string(2 * 1024 * 1024, 'x') + "\"}"));
        QVERIFY(!parseObject("{\"a\":\"\xFF\"}"));
        QVERIFY(parseObject("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}"));
    }

    void registryUrls_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("url");
        QTest::newRow("plain") << "https://zns01.zynd.ai"
                               << "https://zns01.zynd.ai";
        QTest::newRow("slash") << "http://127.0.0.1:8080/"
                               << "http://127.0.0.1:8080";
        QTest::newRow("v6") << "http://[::1]:8080"
                            << "http://[::1]:8080";
        QTest::newRow("capitals") << "HTTPS://ZNS01.Zynd.ai"
                                  << "https://zns01.zynd.ai";
        QTest::newRow("port of http") << "http://a:80/"
                                      << "http://a";
        QTest::newRow("port of https") << "https://a:443"
                                       << "https://a";
        QTest::newRow("port of another") << "http://a:443"
                                         << "http://a:443";
        QTest::newRow("long v6") << "http://[0:0:0:0:0:0:0:1]:8080"
                                 << "http://[::1]:8080";
        for (const char *bad : {"", "zns01.zynd.ai", "ftp://a", "https://", "https://a/v1",
                                "https://a?x=1", "https://u:p@a", "https://a b"})
            QTest::newRow(bad) << bad << QString();
    }
    void registryUrls() {
        QFETCH(QString, text);
        QFETCH(QString, url);
        const auto result = normalizeRegistryUrl(text.toStdString());
        QCOMPARE(result.has_value(), !url.isEmpty());
        if (result)
            QCOMPARE(QString::fromStdString(*result), url);
    }
    void noPasswordIsInAMessage() {
        for (const char *text :
             {"https://ops:S3cretPw@a", "ops:S3cretPw@a", "https://ops:S3c@S3cretPw@a",
              "https://ops:S3cretPw@a b", "http://ops:S3cretPw@/v1", "https://a/?token=S3cretPw",
              "https://a#S3cretPw"}) {
            const auto result = normalizeRegistryUrl(text);
            QVERIFY(!result);
            QVERIFY2(result.error().message.find("S3cretPw") == std::string::npos, text);
        }
    }
    void redirectsNameTheirTarget() {
        QCOMPARE(redirectText("https://u:p@registry.example/v1/info?a#b"),
                 "it redirects to https://registry.example: give that address");
        QCOMPARE(redirectText("/login"), "it redirects to another path");
        QCOMPARE(redirectText(""), "it redirects to another path");
    }

    void aRecordWhoseLastBeatIsNoTimeIsKept_data() {
        QTest::addColumn<QByteArray>("time");
        for (const char *odd :
             {"\"1678-03-01T00:00:00Z\"", "\"1733-03-01T00:00:00Z\"", "\"9999-01-01T00:00:00Z\"",
              "\"0000-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00Z\"", "\"2026-02-30T00:00:00Z\"",
              "\"never\"", "\"\"", "12", "null", "[]", "{}", "true"})
            QTest::newRow(odd) << QByteArray(odd);
    }
    void aRecordWhoseLastBeatIsNoTimeIsKept() {
        QFETCH(QByteArray, time);
        const QByteArray text = R"({"entity_id":"zns:1","name":"a","status":"active",)"
                                R"("registered_at":"2026-01-01T00:00:00Z","last_heartbeat":)" +
                                time + "}";
        const std::string whole = text.toStdString();
        const auto record = parseEntityRecord(std::string_view(whole));
        QVERIFY(record);
        QCOMPARE(record->name, std::string("a"));
        QVERIFY(record->registeredAt);
        QVERIFY(!record->lastHeartbeat);
    }

    void aListThatTellsOfAnErrorIsNone_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("records");
        const auto row = [](const char *name, const char *text, int records) {
            QTest::newRow(name) << QByteArray(text) << records;
        };
        row("null", R"({"agents":null,"count":0})", 0);
        row("empty", R"({"entities":[]})", 0);
        row("null and an error", R"({"agents":null,"error":"database away"})", -1);
        row("empty, but counted", R"({"agents":[],"count":5})", -1);
        row("one and nonsense", R"({"agents":[{"entity_id":"zns:1"},7,{},"x"],"count":4})", 1);
        row("cut off", R"({"agents":[{"entity_id":"zns:1"})", -1);
        row("no list", R"({"agents":{"entity_id":"zns:1"}})", -1);
    }
    void aListThatTellsOfAnErrorIsNone() {
        QFETCH(QByteArray, text);
        QFETCH(int, records);
        const auto list = parseEntityList(text.toStdString());
        QCOMPARE(list ? static_cast<int>(list->records.size()) : -1, records);
    }
    void aListOfTooManyIsRefusedBeforeItIsBuilt() {
        std::string text = "{\"agents\":[{}";
        for (int i = 0; i < 100'000; ++i)
            text += ",{}";
        const auto list = parseEntityList(text + "]}");
        QVERIFY(!list);
        QVERIFY(list.error().message.find("more records") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(ProtocolTest)
#include "protocol_test.moc"
