// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/cache_marks.h"

#include "base/rfc3339.h"

#include <QTest>

using namespace heartline;
using registry::AnswerMarks;
using registry::CacheMarks;

namespace {

const UtcTime kDay = *parseRfc3339("2026-11-24T10:00:00Z");

AnswerMarks answer(int second, std::optional<int> dateSecond = {}, std::optional<int> age = {}) {
    AnswerMarks marks;
    marks.spokenAt = MonoTime(std::chrono::seconds(second));
    marks.receivedAt = marks.spokenAt + 20ms;
    if (dateSecond)
        marks.date = kDay + std::chrono::seconds(*dateSecond);
    if (age)
        marks.age = std::chrono::seconds(*age);
    return marks;
}

} // namespace

class CacheMarksTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void headersTell_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("hit");
        QTest::addColumn<int>("age");
        const auto row = [](const char *what, const char *name, const char *value, bool hit,
                            int age = -1) {
            QTest::newRow(what) << QByteArray(name) << QByteArray(value) << hit << age;
        };
        row("none", "server", "x", false);
        row("an age", "age", "7", false, 7);
        row("an endless age", "age", "99999999999999999999", false,
            std::numeric_limits<int>::max());
        row("no number", "age", "soon", false, 3);
        row("a hit", "x-cache", "HIT", true);
        row("squid's hit", "x-cache", "TCP_MEM_HIT from a.example", true);
        row("a miss of a host", "x-cache", "MISS from white.example", false);
        row("nginx's stale", "x-cache-status", "STALE", true);
        row("RFC 9211", "cache-status", "edge; hit; ttl=3", true);
    }
    void headersTell() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(bool, hit);
        QFETCH(int, age);
        HttpReply reply;
        reply.sentAt = MonoTime(1000s);
        reply.headers.push_back({"date", "yesterday"});
        reply.headers.push_back({"date", "Tue, 24 Nov 2026 10:00:05 GMT"});
        if (age >= 0)
            reply.headers.push_back({"age", "3"}); // the last that is a number counts
        reply.headers.push_back({name.toStdString(), value.toStdString()});
        const AnswerMarks marks = AnswerMarks::of(reply);
        QVERIFY(marks.date == kDay + 5s);
        QCOMPARE(marks.cacheHit, hit);
        QCOMPARE(marks.age.has_value(), age >= 0);
        if (age < 0) {
            QVERIFY(marks.spokenAt == reply.sentAt);
            return;
        }
        QCOMPARE(std::min<qint64>(std::chrono::floor<std::chrono::seconds>(*marks.age).count(),
                                  std::numeric_limits<int>::max()),
                 qint64(age));
        QVERIFY(marks.spokenAt == reply.sentAt - *marks.age); // of then it speaks
    }
    void anAgeTells() {
        CacheMarks marks;
        QVERIFY(!marks.isKept("a", answer(1, 1, 0)));
        QVERIFY(!marks.isKept("a", answer(2, 2, 5)));
        QVERIFY(marks.isKept("a", answer(3, 3, 6)));
        QVERIFY(marks.isKept("a", answer(4, {}, 600)));
    }
    void aHitOfUnknownAgeIsKept() {
        CacheMarks marks;
        AnswerMarks hit = answer(1, 1);
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
        QVERIFY(!marks.isKept("a", answer(21, 1))); // or it is that of another front end
        QVERIFY(marks.isKept("a", answer(22, 1)));
        QVERIFY(!marks.isKept("a", answer(23, 23)));
        QVERIFY(!marks.isKept("a", answer(43, 23)));
    }
    void manyThatStandStillTellEachThatOneMovesOn() {
        CacheMarks marks;
        QVERIFY(!marks.isKept("a", answer(1, 1)));
        QVERIFY(!marks.isKept("b", answer(4, 4)));
        QVERIFY(!marks.isKept("c", answer(20, 20)));
        QVERIFY(!marks.isKept("a", answer(21, 1)));
        QVERIFY(!marks.isKept("b", answer(22, 4)));
        QVERIFY(marks.isKept("a", answer(23, 1)));
        QVERIFY(marks.isKept("b", answer(24, 4)));
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
        // Asked in their rhythm, one gives the date that the other gave the time before.
        for (int second = 1000; second < 9000; second += 120)
            for (const char *url : {"a", "b"}) {
                const bool ahead = second / 120 % (*url == 'a' ? 2 : 3) == 0;
                QVERIFY(!marks.isKept(url, answer(second, ahead ? second + 120 : second)));
            }
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
