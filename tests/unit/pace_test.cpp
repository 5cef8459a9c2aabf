// SPDX-License-Identifier: GPL-3.0-or-later
// When the core looks again, at whom and by what; and the marks that it tells beside a state.
#include "support/fleet_bench.h"

#include <QTest>

using namespace heartline;
using namespace heartline::test;
using protocol::EntityStatus;

namespace {

/// Time passes until it holds, for so long at most; how long it took.
template <typename Condition>
Nanoseconds until(Fleet &fleet, Condition holds, Nanoseconds most = 600s) {
    const MonoTime from = fleet.now;
    while (!holds() && fleet.now - from < most)
        fleet.run(250ms);
    return fleet.now - from;
}

void forget(Fleet &fleet) {
    fleet.effects.clear();
    fleet.answered.clear();
}

} // namespace

class PaceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aListThatIsFullNoMoreIsReadAsOthersAre() {
        Fleet fleet(12);
        fleet.listCap = 5;
        fleet.run(700s);
        fleet.listCap = 1'000'000;
        fleet.run(700s);
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.run(600s);
        QVERIFY2(fleet.count<effect::ReadList>() <= 6,
                 qPrintable(QString::number(fleet.count<effect::ReadList>())));
    }
    void oneThatLeftCostsNoListsWithoutEnd() {
        Fleet fleet(2);
        fleet.run(60s);
        fleet.recordsFail = true; // all is read by lists
        fleet.run(200s);
        for (Fleet::Agent &agent : fleet.agents)
            agent.forgotten = true;
        for (std::size_t i = 0; i < 2; ++i)
            fleet.feed(event::ChangeHinted{fleet.registry, Fleet::id(i), false, true});
        fleet.run(200s);
        fleet.recordsFail = false;
        fleet.run(60s);
        fleet.effects.clear();
        fleet.answered.clear();
        fleet.run(600s);
        QVERIFY2(fleet.count<effect::ReadList>() <= 6,
                 qPrintable(QString::number(fleet.count<effect::ReadList>())));
    }
    void eachMarkIsSeenAsItIsPassed() {
        Fleet fleet(2);
        fleet.run(100s);
        fleet.agents[0].beats = false;
        const auto ageWhen = [&](AgentState state) {
            until(fleet, [&] { return fleet.core.watch(0).judgement.state == state; });
            return toSeconds(fleet.now - fleet.agents[0].last);
        };
        const double late = ageWhen(AgentState::Late);
        const double stale = ageWhen(AgentState::Stale);
        const double inactive = ageWhen(AgentState::Inactive);
        QVERIFY2(late > 44.5 && late < 46, qPrintable(QString::number(late)));
        QVERIFY2(stale >= 90 && stale < 91.5, qPrintable(QString::number(stale)));
        QVERIFY2(inactive >= 300 && inactive < 301.5, qPrintable(QString::number(inactive)));
    }

    void oneThatGoesUpAndDownIsFlappingUntilItRests() {
        Fleet fleet(3);
        fleet.run(100s);
        for (int i = 0; i < 4; ++i) {
            fleet.agents[0].beats = false;
            fleet.run(60s);
            fleet.agents[0].beats = true;
            fleet.run(60s);
        }
        QCOMPARE(fleet.count<effect::FlappingChanged>(), 1);
        QVERIFY(fleet.last<effect::FlappingChanged>().flapping);
        fleet.run(1800s);
        QCOMPARE(fleet.count<effect::FlappingChanged>(), 2);
        QVERIFY(!fleet.last<effect::FlappingChanged>().flapping);
    }

    void twoProcessesAreTold() {
        Fleet fleet(3);
        fleet.run(100s);
        for (int i = 0; i < 10; ++i) {
            until(fleet, [&] { return fleet.now - fleet.agents[0].last >= 15s; });
            fleet.beat(fleet.id(0));
            until(fleet, [&] { return fleet.now - fleet.agents[0].last < 1s; });
        }
        QCOMPARE(fleet.count<effect::DoubledChanged>(), 1);
        QVERIFY(fleet.last<effect::DoubledChanged>().doubled);
    }

    void whatIsHintedAtIsLookedAtAtOnce() {
        Fleet fleet(3);
        fleet.run(100s);
        forget(fleet);
        fleet.feed(event::ChangeHinted{fleet.registry, fleet.id(1)});
        const Nanoseconds took =
            until(fleet, [&] { return fleet.count<effect::ReadRecord>() > 0; });
        QVERIFY(took <= 500ms);
        QCOMPARE(fleet.last<effect::ReadRecord>().entityId, fleet.id(1));
    }

    void anAlertEndsSoonAfterItsBeatThoughItsRecordLags() {
        Fleet fleet(3);
        fleet.run(100s);
        fleet.agents[0].beats = false;
        fleet.run(120s);
        QCOMPARE(fleet.count<effect::AlertRaised>(), 1);
        fleet.fillCache(); // its record shows the old beat for two seconds more
        fleet.agents[0].beats = true;
        fleet.run(2s);
        QCOMPARE(fleet.count<effect::AlertResolved>(), 0);
        fleet.cache.clear();
        const Nanoseconds took =
            until(fleet, [&] { return fleet.count<effect::AlertResolved>() > 0; });
        QVERIFY2(took <= 2s, qPrintable(QString::number(toSeconds(took))));
    }

    void manyThatAreDueAreReadByOneList_data() {
        QTest::addColumn<int>("agents");
        QTest::addColumn<bool>("byList");
        // Of each one was read just before, to prove that the registry hears.
        QTest::addRow("eight") << 9 << false;
        QTest::addRow("nine") << 10 << true;
    }
    void manyThatAreDueAreReadByOneList() {
        QFETCH(int, agents);
        QFETCH(bool, byList);
        Fleet fleet(agents);
        fleet.run(100s);
        fleet.cut = true; // their beats are not heard, and all are quiet at once
        const MonoTime now = fleet.now;
        for (auto &agent : fleet.agents) {
            agent.last = now;
            agent.beats = false;
        }
        for (int i = 0; i < agents; ++i)
            fleet.beat(fleet.id(static_cast<std::size_t>(i)));
        fleet.run(33s);
        forget(fleet);
        fleet.run(2500ms);
        QCOMPARE(fleet.count<effect::ReadList>(), byList ? 1 : 0);
        QCOMPARE(fleet.count<effect::ReadRecord>(), byList ? 0 : agents - 1);
    }

    void oneOfOursThatBeatsMakesItNoSilenceOfAll() {
        Fleet fleet(5);
        fleet.run(100s);
        for (std::size_t i = 0; i < 4; ++i)
            fleet.agents[i].beats = false;
        fleet.run(130s);
        QCOMPARE(fleet.count<effect::AlertRaised>(), 4);
        for (const Effect &told : fleet.effects)
            if (const auto *raised = std::get_if<effect::AlertRaised>(&told))
                QVERIFY(raised->cause == effect::SilenceCause::ItsOwn);
    }

    void theSameAnswerTwiceIsOneWord() {
        Fleet fleet(3);
        fleet.run(100s);
        const auto missing = [&] {
            fleet.feed(event::RecordMissing{fleet.registry, fleet.id(0), fleet.now});
            return fleet.core.watch(0).judgement.missing;
        };
        QVERIFY(!missing());
        fleet.now += 600ms;
        QVERIFY(!missing());
        fleet.now += 600ms;
        QVERIFY(missing());
    }

    void oneRegisteredAnewWhileNobodyLookedHasNotBeaten() {
        CoreBench b;
        const UtcTime before = b.utc(b.now) - std::chrono::hours(1);
        event::Remembered known{b.registry, kId, before, b.remembered(b.utc(b.now) - 20s), true};
        known.owned = true;
        b.feed(known);
        b.connect();
        const UtcTime anew = std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 5s);
        b.read(EntityStatus::Active, anew, anew);
        QCOMPARE(b.state(), AgentState::Registered);
    }
};

QTEST_GUILESS_MAIN(PaceTest)
#include "pace_test.moc"
