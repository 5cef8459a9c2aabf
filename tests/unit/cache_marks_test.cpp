// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/cache_marks.h"

#include "base/rfc3339.h"

#include <QTest>

using namespace heartline;
using registry::CacheMarks;

namespace {

const UtcTime kDay = *parseRfc3339("2026-11-24T10:00:00Z");

http::RestReply answer(int second, std::optional<int> dateSecond = {},
                       std::optional<int> age = {}) {
    http::RestReply reply;
    reply.status = 200;
    reply.sentAt = MonoTime(std::chrono::seconds(second));
    reply.receivedAt = reply.sentAt + 20ms;
    if (dateSecond)
        reply.date = kDay + std::chrono::seconds(*dateSecond);
    if (age)
        reply.age = std::chrono::seconds(*age);
    return reply;
}

} // namespace

class CacheMarksTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAgeTells() {
        CacheMarks marks;
        QVERIFY(!marks.isKept("a", answer(1, 1, 0)));
        QVERIFY(!marks.isKept("a", answer(2, 2, 5)));
        QVERIFY(marks.isKept("a", answer(3, 3, 6)));
        QVERIFY(marks.isKept("a", answer(4, {}, 600)));
    }
    void aHitOfUnknownAgeIsKept() {
        CacheMarks marks;
        http::RestReply hit = answer(1, 1);
        hit.cacheHit = true;
        QVERIFY(marks.isKept("a", hit));
        hit.age = 1s;
        QVERIFY(!marks.isKept("a", hit));
    }
    void aDateThatStandsStillWhileOthersMoveOnTells() {
        CacheMarks marks;
        QVERIFY(!marks.isKept("a", answer(1, 1)));
        QVERIFY(!marks.isKept("a", answer(2, 1))); // within a second or two: one answer for both
        QVERIFY(!marks.isKept("b", answer(20, 20)));
        QVERIFY(marks.isKept("a", answer(21, 1)));
        QVERIFY(!marks.isKept("a", answer(22, 22)));
    }
    void manyThatStandStillTellEachThatOneMovesOn() {
        CacheMarks marks;
        QVERIFY(!marks.isKept("a", answer(1, 1)));
        QVERIFY(!marks.isKept("b", answer(4, 4)));
        QVERIFY(!marks.isKept("c", answer(20, 20)));
        QVERIFY(marks.isKept("a", answer(21, 1)));
        QVERIFY(marks.isKept("b", answer(22, 4)));
        QVERIFY(marks.isKept("a", answer(23, 1)));
    }
    void aClockThatStandsStillIsNoMark() {
        CacheMarks marks;
        for (int second = 1; second < 60; second += 7) {
            QVERIFY(!marks.isKept("a", answer(second, 1)));
            QVERIFY(!marks.isKept("b", answer(second, 1)));
        }
    }
    void aClockThatWasSetBackAndStandsIsNoMark() {
        CacheMarks marks;
        for (const char *url : {"a", "b"})
            QVERIFY(!marks.isKept(url, answer(1000, 1000)));
        for (int second = 1007; second < 1060; second += 7) {
            QVERIFY(!marks.isKept("a", answer(second, 400)));
            QVERIFY(!marks.isKept("b", answer(second, 400)));
        }
    }
    void twoFrontEndsWithClocksOfTheirOwnAreNoMark() {
        CacheMarks marks;
        for (int second = 1; second < 600; second += 7)
            QVERIFY(!marks.isKept("a", answer(second, second % 2 == 0 ? second : second - 300)));
    }
    void whereThereIsNoDateNothingIsTold() {
        CacheMarks marks;
        for (int second = 1; second < 60; second += 7)
            QVERIFY(!marks.isKept("a", answer(second)));
    }
    void noNumberOfAddressesIsTooMany() {
        CacheMarks marks;
        for (std::size_t i = 0; i < CacheMarks::kMostAddresses + 10; ++i)
            QVERIFY(!marks.isKept(std::to_string(i), answer(1, 1)));
        QVERIFY(!marks.isKept("b", answer(20, 20)));
    }
};

QTEST_GUILESS_MAIN(CacheMarksTest)
#include "cache_marks_test.moc"
