// SPDX-License-Identifier: GPL-3.0-or-later
#include "alerts/notification_text.h"
#include "history/skyline.h"

#include <QTest>

using namespace heartline;
using namespace heartline::alerts;
using history::BeatTrace;
using history::SkylineColumn;

namespace {
Alert agent(std::uint32_t subject) {
    Alert alert;
    alert.subject = subject;
    alert.name = "agent " + std::to_string(subject);
    alert.registry = "zns01";
    alert.downSince = UtcTime(1000s);
    alert.raisedAt = UtcTime(1090s);
    return alert;
}
} // namespace

class AlertsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneAlertPerSubjectAtATime() {
        AlertBook book;
        QVERIFY(book.raise(agent(1), MonoTime(0s)) != 0);
        QCOMPARE(book.raise(agent(1), MonoTime(1s)), 0U);
        QCOMPARE(book.firing(), 1);
        QVERIFY(book.resolve(AlertKind::AgentStale, 1, UtcTime(1200s), false, MonoTime(10s)));
        QVERIFY(!book.resolve(AlertKind::AgentStale, 1, UtcTime(1300s), false, MonoTime(11s)));
        QCOMPARE(book.firing(), 0);
        const auto changes = book.takeChanges();
        QCOMPARE(changes.changed.size(), 1U);
        QVERIFY(changes.changed.front().resolvedAt == UtcTime(1200s));
        QVERIFY(!book.hasChanges());
    }
    void aThousandAtOnceAreOneNotice() {
        AlertBook book;
        for (std::uint32_t i = 0; i < 1000; ++i)
            book.raise(agent(i), MonoTime(0s) + std::chrono::milliseconds(i));
        QVERIFY(book.takeNotice(MonoTime(1s)).empty());
        const Notice notice = book.takeNotice(MonoTime(2s));
        QCOMPARE(notice.raised.size(), 1000U);
        QVERIFY(book.takeNotice(MonoTime(10s)).empty());
        const auto text = notificationText(notice, {}, UtcTime(1091s));
        QCOMPARE(text.title, std::string("1000 agents are stale"));
        QCOMPARE(text.body,
                 std::string("agent 0, agent 1, agent 2, agent 3, agent 4 and 995 more"));
    }
    void oldOnesAreToldOnceAndWithoutHaste() {
        AlertBook book;
        for (std::uint32_t i = 0; i < 40; ++i) {
            Alert alert = agent(i);
            alert.old = true;
            book.raise(std::move(alert), MonoTime(0s) + std::chrono::milliseconds(100 * i));
        }
        book.raise(agent(50), MonoTime(5s)); // one that died now does not wait for them
        const Notice now = book.takeNotice(MonoTime(7s));
        QCOMPARE(now.raised.size(), 1U);
        QVERIFY(notificationText(now, {}, UtcTime(1091s)).critical);
        QVERIFY(book.takeNotice(MonoTime(14s)).empty());
        const Notice old = book.takeNotice(MonoTime(15s));
        QCOMPARE(old.raised.size(), 40U);
        const auto text = notificationText(old, {}, UtcTime(1091s));
        QCOMPARE(text.title, std::string("40 agents were silent already"));
        QVERIFY(!text.critical);
        QVERIFY(book.takeNotice(MonoTime(100s)).empty());
        QCOMPARE(book.firing(), 41);
    }
    void whatCameAndWentWithinANoticeIsNotTold() {
        AlertBook book;
        book.raise(agent(1), MonoTime(0s));
        book.resolve(AlertKind::AgentStale, 1, UtcTime(1091s), false, MonoTime(1s));
        QVERIFY(book.takeNotice(MonoTime(5s)).empty());
    }
    void aNoticeSaysWhenTheAgentLeavesSearch() {
        Notice notice;
        notice.raised.push_back(agent(3));
        const auto text = notificationText(notice, {}, UtcTime(1091s));
        QCOMPARE(text.title, std::string("agent 3 is stale"));
        QCOMPARE(text.body,
                 std::string("Last beat 1:31 ago on zns01. Leaves search in 3:29 – 4:29."));
        QVERIFY(text.critical);
    }
    void oneThatNeverBeatIsToldSo() {
        Notice notice;
        notice.raised.push_back(agent(3));
        notice.raised[0].neverBeat = true;
        const auto text = notificationText(notice, {}, UtcTime(1091s));
        QCOMPARE(text.title, std::string("agent 3 has never beaten"));
        QCOMPARE(text.body,
                 std::string("Registered 1:31 ago on zns01. Leaves search in 3:29 – 4:29."));
    }
    void aSilenceAtOneRegistryAloneIsToldWithoutHaste() {
        Notice notice;
        notice.raised.push_back(agent(3));
        notice.raised[0].kind = AlertKind::AgentSilentThere;
        const auto alone = notificationText(notice, {}, UtcTime(1091s));
        QCOMPARE(alone.title, std::string("agent 3 is silent on zns01"));
        QVERIFY(!alone.critical);
        notice.raised.push_back(agent(4));
        const auto beside = notificationText(notice, {}, UtcTime(1091s));
        QCOMPARE(beside.title, std::string("agent 4 is stale"));
        QCOMPARE(beside.body, std::string("agent 3, agent 4"));
        QVERIFY(beside.critical);
        notice.resolved.push_back(notice.raised[0]);
        notice.raised.clear();
        QCOMPARE(notificationText(notice, {}, UtcTime(1091s)).title,
                 std::string("agent 3 is heard on zns01"));
    }
    void aCauseInCommonIsTheTitle() {
        using liveness::effect::SilenceCause;
        Notice notice;
        for (const std::uint32_t i : {1U, 2U}) {
            notice.raised.push_back(agent(i));
            notice.raised.back().cause = SilenceCause::AllOfOurs;
        }
        QCOMPARE(notificationText(notice, {}, UtcTime(1091s)).title,
                 std::string("All your agents on zns01 are silent"));
        notice.raised.pop_back();
        notice.raised[0].cause = SilenceCause::NobodyIsHeard;
        const auto text = notificationText(notice, {}, UtcTime(1091s));
        QCOMPARE(text.title, std::string("zns01 hears nobody"));
        QVERIFY(text.body.starts_with("agent 1: Last beat 1:31 ago"));
        notice.raised.push_back(agent(2)); // one that has none
        QCOMPARE(notificationText(notice, {}, UtcTime(1091s)).title,
                 std::string("2 agents are stale"));
    }
    void firingAlertsAreNeverDropped() {
        AlertBook book;
        for (std::uint32_t i = 0; i < AlertBook::kEndedKept + 50; ++i)
            book.raise(agent(i), MonoTime(0s));
        QCOMPARE(book.firing(), static_cast<int>(AlertBook::kEndedKept) + 50);
    }
    void whatEndedIsForgottenOldestFirst() {
        AlertBook book;
        for (std::uint32_t i = 0; i < AlertBook::kEndedKept + 2; ++i) {
            book.raise(agent(i), MonoTime(0s));
            book.resolve(AlertKind::AgentStale, i, UtcTime(1200s), false, MonoTime(1s));
        }
        const auto changes = book.takeChanges();
        QCOMPARE(changes.forgotten, (std::vector<std::uint64_t>{1, 2}));
    }
    void oneChangeCostsTheSameHoweverManyFire() {
        // Counted, not timed: what crosses to the screen is what changed.
        AlertBook book;
        for (std::uint32_t i = 0; i < 60'000; ++i)
            book.raise(agent(i), MonoTime(0s));
        QCOMPARE(book.takeChanges().changed.size(), 60'000U);
        book.raise(agent(70'000), MonoTime(0s));
        book.resolve(AlertKind::AgentStale, 59'999, UtcTime(1200s), false, MonoTime(1s));
        QCOMPARE(book.takeChanges().changed.size(), 2U);
        QCOMPARE(book.firing(), 60'000);
    }
    void agesForPeople_data() {
        QTest::addColumn<int>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("0") << 0 << "0:00";
        QTest::newRow("59") << 59 << "0:59";
        QTest::newRow("127") << 127 << "2:07";
        QTest::newRow("below an hour") << 3599 << "59:59";
        QTest::newRow("hours") << 11520 << "3 h 12 min";
        QTest::newRow("days") << 187200 << "2 d 4 h";
        QTest::newRow("negative") << -5 << "0:00";
    }
    void agesForPeople() {
        QFETCH(int, seconds);
        QTEST(QString::fromStdString(ageText(std::chrono::seconds(seconds))), "text");
    }

    void aSkylineShowsAgesGapsAndNothingBeforeItsStart() {
        BeatTrace trace(100s);
        trace.startAt(MonoTime(950s));
        for (int t = 960; t <= 1000; t += 10)
            trace.addBeat(MonoTime(std::chrono::seconds(t)));
        trace.beginUnobserved(MonoTime(1010s));
        trace.endUnobserved(MonoTime(1020s));
        const auto columns =
            history::skyline(trace, MonoTime(1030s), 100); // one column a second, from 930
        QCOMPARE(columns[5].kind, SkylineColumn::Kind::NotObserved); // before it began
        QCOMPARE(columns[25].kind, SkylineColumn::Kind::NoBeat);     // observed, nothing heard yet
        QCOMPARE(columns[35].kind, SkylineColumn::Kind::Age);
        QCOMPARE(toSeconds(columns[35].age), 6.0);
        QCOMPARE(toSeconds(columns[39].age), 10.0); // just before the next beat
        QCOMPARE(columns[85].kind, SkylineColumn::Kind::NotObserved);
        QCOMPARE(toSeconds(columns[99].age), 30.0);
    }
    void aTraceKeepsTheBeatBeforeItsWindow() {
        BeatTrace trace(100s);
        for (int t = 0; t < 1000; t += 30)
            trace.addBeat(MonoTime(std::chrono::seconds(t)));
        QVERIFY(trace.beats().size() <= 6);
        QVERIFY(trace.beats().front() <= MonoTime(900s));
        trace.addBeat(MonoTime(985s)); // late and out of order
        QVERIFY(std::is_sorted(trace.beats().begin(), trace.beats().end()));
    }
};

QTEST_GUILESS_MAIN(AlertsTest)
#include "alerts_test.moc"
