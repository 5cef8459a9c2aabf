// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of registries that cut, repeat, refuse or flood them: nobody is lost for one of them.
#include "http/listener.h"
#include "registry/list_reader.h"
#include "support/live_environment.h"

#include <QTest>
#include <atomic>
#include <set>

using namespace heartline;
using registry::ListReader;

namespace {

/// A list of `entities` agents, of which every third is the developer's.
struct PagedRegistry final : http::Service {
    int entities = 1000;
    int mostPerPage = 100000;
    /// The developer's own list, which stops at 100.
    int ownCap = 100;
    std::set<int> huge;
    std::set<int> refused;
    bool sameForEver = false;
    std::atomic<int> failAfter = -1;
    std::atomic<int> requests = 0;

    static constexpr int kEvery = 3;
    [[nodiscard]] int owned() const { return (entities + kEvery - 1) / kEvery; }
    [[nodiscard]] std::string entry(int index) const {
        const std::string name(huge.contains(index) ? 9 * 1024 * 1024 : 3, 'x');
        return R"({"entity_id":"zns:)" + std::to_string(index) + R"(","name":")" + name +
               R"(","developer_id":")" + (index % kEvery == 0 ? "dev" : "other") + "\"}";
    }
    [[nodiscard]] static http::Response list(const std::vector<std::string> &entries) {
        std::string text;
        for (const std::string &entry : entries)
            text += (text.empty() ? "" : ",") + entry;
        return {200,
                R"({"entities":[)" + text + R"(],"count":)" + std::to_string(entries.size()) + "}"};
    }
    http::Response handle(const http::Request &request) override {
        ++requests;
        std::vector<std::string> entries;
        if (request.matches({"v1", "developers", "*", "entities"})) {
            for (int i = 0; i < entities && static_cast<int>(entries.size()) < ownCap; i += kEvery)
                entries.push_back(entry(i));
            return list(entries);
        }
        if (failAfter >= 0 && --failAfter < 0) {
            failAfter = 0;
            return {500, R"({"error":"database away"})"};
        }
        const int limit = std::min(std::stoi(request.query.at("limit")), mostPerPage);
        const int from = sameForEver ? 0 : std::stoi(request.query.at("offset"));
        for (int i = from; i < std::min(from + limit, entities); ++i) {
            if (refused.contains(i))
                return {500, R"({"error":"cannot scan row"})"};
            entries.push_back(entry(i));
        }
        return list(entries);
    }
    Upgrade upgrade(const http::Request &request) override { return handle(request); }
    http::Response refusal(int status, std::string_view reason) override {
        return {status, std::string(reason)};
    }
};

} // namespace

class ListReaderTest : public QObject {
    Q_OBJECT
    test::LiveEnvironment live;

    struct Read {
        Result<ListReader::Outcome> outcome = fail(ErrorKind::Timeout, "it never ended");
        std::set<std::string> ids;
    };
    Read read(PagedRegistry &service, bool paging = true) {
        const auto listener = std::move(*http::Listener::start({}, service));
        ListReader reader(live.all, "http://127.0.0.1:" + std::to_string(listener->port()),
                          [](const auto &, auto &) { return true; });
        Read read;
        bool done = false;
        reader.read(
            {"dev", paging, std::chrono::milliseconds(0)}, live.clock.mono(),
            [&](const std::vector<protocol::EntityRecord> &records, MonoTime) {
                for (const auto &record : records)
                    read.ids.insert(record.entityId);
            },
            [&](Result<ListReader::Outcome> outcome) {
                read.outcome = std::move(outcome);
                done = true;
            });
        (void)QTest::qWaitFor([&] { return done; }, 30000);
        listener->stop();
        return read;
    }

private Q_SLOTS:
    void everyPageIsReadHoweverFewItGives_data() {
        QTest::addColumn<int>("mostPerPage");
        QTest::newRow("as many as asked for") << 100000;
        QTest::newRow("one less") << 199;
        QTest::newRow("a hundred") << 100;
        QTest::newRow("fifty") << 50;
    }
    void everyPageIsReadHoweverFewItGives() {
        QFETCH(int, mostPerPage);
        PagedRegistry registry;
        registry.mostPerPage = mostPerPage;
        const Read got = read(registry);
        QVERIFY(got.outcome && got.outcome->complete);
        QCOMPARE(static_cast<int>(got.ids.size()), registry.owned());
    }
    void aListThatFitsNeedsNoPages() {
        PagedRegistry registry;
        registry.entities = 200;
        const Read got = read(registry);
        QVERIFY(got.outcome && got.outcome->complete);
        QCOMPARE(got.outcome->pages, 0);
        QCOMPARE(registry.requests.load(), 1);
    }
    void oneEntryThatIsTooLargeHidesNobody_data() {
        QTest::addColumn<int>("index");
        QTest::newRow("a stranger's") << 550;
        QTest::newRow("one of ours") << 300;
        QTest::newRow("one of ours, in both lists") << 3;
        QTest::newRow("the last") << 999;
    }
    void oneEntryThatIsTooLargeHidesNobody() {
        QFETCH(int, index);
        PagedRegistry registry;
        registry.huge = {index};
        const Read got = read(registry);
        QVERIFY2(got.outcome, got.outcome ? "" : got.outcome.error().message.c_str());
        QCOMPARE(got.outcome->skipped, 1);
        const bool ours = index % PagedRegistry::kEvery == 0;
        QCOMPARE(static_cast<int>(got.ids.size()), registry.owned() - (ours ? 1 : 0));
    }
    void aPageThatFailsWhereOthersDoNotHidesNobody() {
        PagedRegistry registry;
        registry.refused = {401};
        const Read got = read(registry);
        QVERIFY(got.outcome);
        QCOMPARE(got.outcome->skipped, 1);
        QCOMPARE(static_cast<int>(got.ids.size()), registry.owned());
    }
    void aRegistryThatFailsFromThenOnIsNotAskedForEver() {
        PagedRegistry registry;
        registry.failAfter = 2;
        const Read got = read(registry);
        QVERIFY(!got.outcome);
        QCOMPARE(got.outcome.error().httpStatus, 500);
        QVERIFY(registry.requests < 15);
    }
    void thatTheFirstPageFailsIsTheRegistry() {
        PagedRegistry registry;
        registry.failAfter = 0;
        QVERIFY(!read(registry).outcome);
        QCOMPARE(registry.requests.load(), 2);
    }
    void theSamePageAgainIsTheEnd() {
        PagedRegistry registry;
        registry.sameForEver = true;
        const Read got = read(registry);
        QVERIFY(got.outcome && !got.outcome->complete);
        QCOMPARE(registry.requests.load(), 3);
    }
};

QTEST_GUILESS_MAIN(ListReaderTest)
#include "list_reader_test.moc"
