// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a node that need no socket.
#include "http/frame_log.h"
#include "node/address_budget.h"
#include "node/tombstones.h"
#include "node/work_queue.h"

#include <QTest>
#include <stdexcept>

using namespace heartline;
using http::FrameLog;

namespace {

struct Counting final : FrameLog::Reader {
    int told = 0;
    void appended() override { ++told; }
};

/// All that a reader is given from its place on.
std::string readOn(FrameLog &log, FrameLog::Place &place) {
    std::string all;
    for (auto slice = log.next(place); !slice.bytes.empty(); slice = log.next(place))
        all += slice.bytes;
    return all;
}

} // namespace

class NodePartsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void framesHaveTheHeadsOfRfc6455() {
        QCOMPARE(FrameLog::head(5), std::string("\x81\x05"));
        QCOMPARE(FrameLog::head(125), std::string("\x81\x7d"));
        QCOMPARE(FrameLog::head(126), std::string("\x81\x7e\x00\x7e", 4));
        QCOMPARE(FrameLog::head(65535), std::string("\x81\x7e\xff\xff", 4));
        QCOMPARE(FrameLog::head(65536),
                 std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
    }

    void aReaderIsGivenWhatFollowsItsPlace() {
        FrameLog log;
        Counting reader;
        log.append("before", {});
        auto place = log.end();
        log.add(reader);
        QVERIFY(readOn(log, place).empty());
        log.append("one", {});
        const auto first = log.next(place);
        log.append("two", {}); // while the first is written
        QCOMPARE(std::string(first.bytes), std::string("\x81\x03one"));
        QCOMPARE(readOn(log, place), std::string("\x81\x03two"));
        QVERIFY(readOn(log, place).empty());
        QCOMPARE(reader.told, 2);
        log.remove(reader);
        log.append("three", {});
        QCOMPARE(reader.told, 2);
        QCOMPARE(log.missed(), std::uint64_t(0));
    }

    void whatLiesTooFarBackIsMissed() {
        FrameLog log;
        auto place = log.end();
        const std::string text(60'000, 'x');
        constexpr std::size_t kFrames = 400; // 24 MB
        for (std::size_t i = 0; i < kFrames; ++i)
            log.append(text, MonoTime{} + Nanoseconds(1s));
        const std::size_t given = readOn(log, place).size() / (text.size() + 4);
        QVERIFY(given > 250 && given < 290);
        QCOMPARE(log.missed(), std::uint64_t(kFrames - given));
        auto late = log.end();
        log.append(text, MonoTime{} + 2s);
        log.append("now", MonoTime{} + 40s);
        QCOMPARE(readOn(log, late), std::string("\x81\x03now"));
    }

    void anEventLargerThanAChunkIsWhole() {
        FrameLog log;
        auto place = log.end();
        log.append(std::string(200'000, 'x'), {});
        log.append("y", {});
        QCOMPARE(readOn(log, place).size(), std::size_t(200'000 + 10 + 3));
    }

    void workTakesTurns() {
        node::WorkQueue queue;
        std::vector<std::function<void()>> turns;
        queue.runIn([&turns](std::function<void()> f) { turns.push_back(std::move(f)); });
        std::string order;
        for (const char name : {'a', 'b'})
            QVERIFY(queue.add([&order, name, left = 3]() mutable {
                order += name;
                return --left > 0;
            }));
        while (!turns.empty()) {
            QCOMPARE(turns.size(), std::size_t(1)); // one piece at a time
            std::exchange(turns, {}).front()();
        }
        QCOMPARE(order, std::string("ababab"));
        // One that throws holds up nobody.
        QVERIFY(queue.add([]() -> bool { throw std::runtime_error("no memory"); }));
        QVERIFY(queue.add([&order] {
            order += 'c';
            return false;
        }));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, std::exchange(turns, {}).front()());
        std::exchange(turns, {}).front()();
        QCOMPARE(order, std::string("abababc"));
        for (std::size_t i = 0; i < node::WorkQueue::kMost; ++i)
            QVERIFY(queue.add([] { return false; }));
        QVERIFY(!queue.add([] { return false; }));
    }

    void askersAreCounted() {
        const auto asker = [](const std::string &remote, const std::string &forwarded = {}) {
            http::Request request;
            request.remoteAddress = remote;
            request.forwardedFor = forwarded;
            return node::askerOf(request);
        };
        QCOMPARE(asker("127.0.0.1"), std::string());
        QCOMPARE(asker("::1"), std::string());
        QCOMPARE(asker("127.0.0.1", "10.0.0.1, 192.0.2.1"), std::string("192.0.2.1"));
        QCOMPARE(asker("127.0.0.1", "nobody"), std::string("unknown"));
        QCOMPARE(asker("192.0.2.9", "10.0.0.1"), std::string("192.0.2.9")); // it may say anything
        QCOMPARE(asker("::ffff:192.0.2.9"), std::string("192.0.2.9"));
        QCOMPARE(asker("2001:db8:1:2:3::4"), std::string("2001:db8:1:2::"));
        node::AddressBudget budget(2);
        const MonoTime start{};
        QVERIFY(budget.allows("a", start) && budget.allows("a", start + 59s));
        QVERIFY(!budget.allows("a", start + 60s) && budget.allows("b", start + 60s));
        QVERIFY(budget.allows("a", start + 61s));
        for (int i = 0; i < 110'000; ++i) // as many as there are
            (void)budget.allows(std::to_string(i), start + 61s);
        QVERIFY(!budget.allows("one more", start + 61s));
        QVERIFY(budget.allows("one more", start + 130s));
    }

    void tombstonesForbidWhatTheyKnow() {
        node::Tombstones tombstones;
        const UtcTime at{};
        tombstones.put("id", {at, {"s1", "s2"}});
        QVERIFY(tombstones.forbids("id", "s2", at) && !tombstones.forbids("id", "s3", at));
        QVERIFY(!tombstones.forbids("other", "s1", at));
        QVERIFY(!tombstones.purge(at + node::Tombstones::kKept));
        QVERIFY(!tombstones.forbids("id", "s1", at + node::Tombstones::kKept + 1s));
        QVERIFY(tombstones.purge(at + node::Tombstones::kKept + 1s));
    }
};

QTEST_APPLESS_MAIN(NodePartsTest)
#include "node_parts_test.moc"
