// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of a registry that allows few requests, or names an agent twice, on virtual time.
#include "registry/list_reader.h"
#include "support/fake_transport.h"
#include "support/virtual_time.h"

#include <QTest>

using namespace heartline;
using registry::ListReader;

namespace {

struct Bench {
    test::VirtualTime time;
    test::FakeTransport network;
    ListReader reader{Environment{time, time, network, 7}, "http://registry.example",
                      [](const std::string &, HttpReply &) { return true; }};
    std::vector<std::string> read;
    int limited = 0;
    std::optional<Result<ListReader::Outcome>> outcome;

    void start() {
        reader.read(
            {.developerId = "dev",
             .paging = true,
             .rest = 100ms,
             .limited = [this](Nanoseconds) { ++limited; }},
            time.mono(),
            [this](const std::vector<protocol::EntityRecord> &records, MonoTime) {
                for (const auto &record : records)
                    read.push_back(record.entityId);
            },
            [this](Result<ListReader::Outcome> ended) { outcome = std::move(ended); });
    }
    [[nodiscard]] static HttpReply reply(std::string body, int status = 200) {
        HttpReply answer;
        answer.status = status;
        answer.body = std::move(body);
        return answer;
    }
    /// A developer's list that is cut off.
    [[nodiscard]] static HttpReply full() {
        std::string entries;
        for (int i = 0; i < 100; ++i)
            entries += (i > 0 ? "," : "") + entry("zns:own" + std::to_string(i));
        return reply(R"({"entities":[)" + entries + R"(],"count":100})");
    }
    [[nodiscard]] static std::string entry(std::string_view id) {
        return R"({"entity_id":")" + std::string(id) + R"(","name":"a","developer_id":"dev"})";
    }
};

constexpr const char *kOwn = "/v1/developers/dev/entities";
constexpr const char *kFirst = "/v1/entities?limit=200&offset=0";
constexpr const char *kNext = "/v1/entities?limit=200&offset=1";

} // namespace

class ListLimitsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPageThatIsLimitedIsAskedForAgain() {
        Bench b;
        b.start();
        b.network.answer(kOwn, Bench::full());
        b.time.pass(200ms);
        b.network.answer(kFirst, Bench::reply("{}", 429));
        QCOMPARE(b.limited, 1);
        b.time.pass(4s);
        QVERIFY(!b.network.waits(kFirst));
        b.time.pass(2s);
        b.network.answer(kFirst, Bench::reply("{}", 429));
        b.time.pass(9s);
        QVERIFY(!b.network.waits(kFirst));
        b.time.pass(2s);
        b.network.answer(kFirst, Bench::reply(R"({"entities":[)" + Bench::entry("zns:1") + "]}"));
        b.time.pass(1s);
        b.network.answer(kNext, Bench::reply(R"({"entities":[]})"));
        QVERIFY(b.outcome && b.outcome->has_value());
        QCOMPARE(b.read.size(), std::size_t{101});
        QCOMPARE(b.read.back(), std::string("zns:1"));
    }
    void oneThatIsAlwaysLimitedFails() {
        Bench b;
        b.start();
        b.network.answer(kOwn, Bench::full());
        b.time.pass(200ms);
        for (int i = 0; i < 4; ++i) {
            b.network.answer(kFirst, Bench::reply("{}", 429));
            b.time.pass(25s);
        }
        QVERIFY(b.outcome && !b.outcome->has_value());
        QCOMPARE(b.outcome->error().kind, ErrorKind::RateLimited);
        QCOMPARE(b.limited, 3);
    }
    void pagesThatAreAllTooLargeAreGivenUp() {
        Bench b;
        b.start();
        b.network.answer(kOwn, Bench::full());
        int asked = 0;
        while (!b.outcome && asked < 50) {
            b.time.pass(200ms);
            b.network.answerUnder("/v1/entities?",
                                  fail(ErrorKind::TooLarge, "the answer is larger than allowed"));
            ++asked;
        }
        QVERIFY(b.outcome && !b.outcome->has_value());
        QCOMPARE(b.outcome->error().kind, ErrorKind::TooLarge);
        QVERIFY2(asked <= 12, qPrintable(QString::number(asked)));
    }
    void whoIsNamedTwiceIsReadOnce() {
        Bench b;
        b.start();
        b.network.answer(kOwn, Bench::reply(R"({"entities":[)" + Bench::entry("zns:1") + "," +
                                            Bench::entry("zns:2") + "," + Bench::entry("zns:1") +
                                            R"(],"count":3})"));
        QVERIFY(b.outcome && b.outcome->has_value());
        QCOMPARE(b.read, (std::vector<std::string>{"zns:1", "zns:2"}));
    }
};

QTEST_GUILESS_MAIN(ListLimitsTest)
#include "list_limits_test.moc"
