// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/core_bench.h"

#include <QTest>

using namespace heartline;
using namespace heartline::test;
using Bench = heartline::test::CoreBench;
using protocol::EntityStatus;

class LivenessTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void statesFollowTheAgeOfTheLastBeat_data() {
        QTest::addColumn<double>("age");
        QTest::addColumn<int>("state");
        const auto row = [](const char *name, double age, AgentState state) {
            QTest::newRow(name) << age << static_cast<int>(state);
        };
        row("fresh", 0, AgentState::Active);
        row("one period", 30, AgentState::Active);
        row("up to 45", 44.9, AgentState::Active);
        row("past 45", 45.6, AgentState::Late);
        row("just before 90", 89.9, AgentState::Late);
        row("past 90", 92, AgentState::Stale);
        row("just before 300", 299, AgentState::Stale);
        row("past 300", 301.5, AgentState::Inactive);
    }
    void statesFollowTheAgeOfTheLastBeat() {
        QFETCH(double, age);
        Evidence evidence;
        const MonoTime now(5000s);
        RegistryClock clock;
        const UtcTime utc = kEpoch + fromSeconds(0.5);
        for (int i = 0; i < 100; ++i) { // bounds of about 10 ms
            const Nanoseconds back = std::chrono::milliseconds(10 * i);
            clock.observeDate(std::chrono::floor<std::chrono::seconds>(utc - back), now - back,
                              now - back);
        }
        evidence.hear(BeatFact::heard(utc - fromSeconds(age), now - fromSeconds(age), clock));
        evidence.read({EntityStatus::Active, kEpoch - std::chrono::hours(1),
                       std::chrono::floor<std::chrono::seconds>(utc - fromSeconds(age)), false,
                       false},
                      now - 1ms, now, clock);
        Sight sight;
        sight.since = now - fromSeconds(age) - 1s;
        const Judgement judgement = judge(evidence, sight, Thresholds{}, now);
        QTEST(static_cast<int>(judgement.state), "state");
    }

    void whatWasReadWhileExcusedConfirmsNothing() {
        const MonoTime now(5000s);
        Evidence evidence;
        RegistryClock clock;
        evidence.hear(BeatFact::heard(kEpoch, now - 130s, clock));
        const auto read = [&](MonoTime sentAt) {
            evidence.read(
                {EntityStatus::Active, kEpoch - std::chrono::hours(1), kEpoch, false, false},
                sentAt, sentAt + 10ms, clock);
        };
        Sight sight;
        sight.since = now - 80s;
        sight.understood = true;
        sight.gaps.add({now - 120s, now - 80s});
        sight.graceUntil = now - 5s;
        read(now - 6s); // past the mark, and a second before the excuse ends
        Judgement judgement = judge(evidence, sight, Thresholds{}, now);
        QVERIFY(judgement.state == AgentState::Late && judgement.needsConfirmation);
        read(now - 4s);
        judgement = judge(evidence, sight, Thresholds{}, now);
        QVERIFY(judgement.state == AgentState::Stale && !judgement.needsConfirmation);
    }

    void ofTwoBeatsWithOneStampTheLaterIsMeant() {
        // A clock that was set back by whole periods stamps beats as it did before.
        StampMemory memory;
        memory.keep(kEpoch, MonoTime(100s));
        memory.keep(kEpoch + 30s, MonoTime(130s));
        memory.keep(kEpoch, MonoTime(160s));
        QCOMPARE(memory.heardAt(kEpoch), MonoTime(160s));
        QCOMPARE(memory.heardAfter(kEpoch, MonoTime(190s)), MonoTime(190s));
        QCOMPARE(memory.heardAfter(kEpoch + 30s, MonoTime(190s)), MonoTime(160s));
        QVERIFY(!memory.heardAt(kEpoch + 60s));
    }

    void recordsThatStateNoBeatLeaveItToTheStream_data() {
        QTest::addColumn<bool>("beats");
        QTest::addRow("one that beat") << true;
        QTest::addRow("one that never did") << false;
    }
    void recordsThatStateNoBeatLeaveItToTheStream() {
        QFETCH(bool, beats);
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const auto answer = [&](const effect::ReadRecord &) {
            b.feed(event::RecordRead{b.registry,
                                     kId,
                                     {EntityStatus::Active, registered, {}, false, false},
                                     b.now,
                                     true});
        };
        answer({});
        QCOMPARE(b.state(), AgentState::Registered);
        for (int i = 0; i < 10 && beats; ++i) {
            b.beat();
            b.pass(30s, answer);
            QCOMPARE(b.state(), AgentState::Active);
        }
        b.pass(beats ? 58s : 89s, answer);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        b.pass(5s, answer);
        QCOMPARE(b.state(), beats ? AgentState::Stale : AgentState::Inactive);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        QCOMPARE(b.last<effect::AlertRaised>().neverBeat, !beats);
        b.beat();
        b.pass(5s, answer);
        QCOMPARE(b.state(), AgentState::Active);
        QCOMPARE(b.count<effect::AlertResolved>(), 1);
    }

    void recordsThatStateNoBeatTellNothingWithoutAStream() {
        Bench b;
        b.connect();
        const auto answer = [&](const effect::ReadRecord &) {
            b.feed(event::RecordRead{b.registry,
                                     kId,
                                     {EntityStatus::Active, b.utc(MonoTime(0s)), {}, false, false},
                                     b.now,
                                     true});
        };
        answer({});
        b.beat();
        b.feed(event::LinkChanged{b.registry, LinkState::PollingOnly, b.now});
        b.pass(400s, answer);
        QCOMPARE(b.state(), AgentState::Unknown);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
    }

    void anAlertComesAt90SecondsAfterTheRecordWasReadAgain() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        b.read(EntityStatus::Active, b.utc(b.now) - 3s, registered);
        b.beat();
        const MonoTime lastBeat = b.now;
        const UtcTime second = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        int urgent = 0;
        b.pass(89s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, second, registered);
        });
        QCOMPARE(b.state(), AgentState::Late);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        b.pass(3s, [&](const effect::ReadRecord &r) {
            urgent += r.urgent ? 1 : 0;
            b.read(EntityStatus::Active, second, registered);
        });
        QCOMPARE(b.state(), AgentState::Stale);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        QVERIFY(urgent >= 1);
        QVERIFY(b.now - lastBeat <= 92s);
        // And only one, however long it lasts.
        b.pass(400s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Inactive, second, registered);
        });
        QCOMPARE(b.state(), AgentState::Inactive);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        // A beat shows at once; that the record shows it, too, ends the alert.
        b.beat();
        QCOMPARE(b.state(), AgentState::Active);
        QCOMPARE(b.count<effect::AlertResolved>(), 0);
        urgent = 0;
        b.pass(500ms, [&](const effect::ReadRecord &r) {
            urgent += r.urgent ? 1 : 0;
            b.read(EntityStatus::Active, std::chrono::floor<std::chrono::seconds>(b.utc(b.now)),
                   registered);
        });
        QCOMPARE(urgent, 1);
        QCOMPARE(b.count<effect::AlertResolved>(), 1);
    }

    void aDroppedEventRaisesNothing() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        b.read(EntityStatus::Active, b.utc(b.now), registered);
        b.beat();
        // Every event is lost from now on; the record goes on showing fresh beats.
        b.pass(600s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active,
                   std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 5s), registered);
        });
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        for (const Effect &e : b.effects)
            if (const auto *change = std::get_if<effect::StateChanged>(&e))
                QVERIFY(change->state != AgentState::Late && change->state != AgentState::Stale);
    }

    void aReadThatFailsMakesUnknownAndNoAlert() {
        Bench b;
        b.connect();
        b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - std::chrono::hours(1));
        b.beat();
        b.pass(120s, [&](const effect::ReadRecord &r) {
            b.feed(event::ReadFailed{b.registry, r.entityId});
        });
        QCOMPARE(b.state(), AgentState::Unknown);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
    }

    void blindnessMakesUnknownAndOneRegistryAlert() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        b.read(EntityStatus::Active, b.utc(b.now), registered);
        b.beat();
        b.feed(event::LinkChanged{b.registry, LinkState::Unreachable, b.now});
        QCOMPARE(b.state(), AgentState::Active); // fresh evidence holds for its budget
        b.pass(46s, [](const effect::ReadRecord &) { QFAIL("nothing can be read while blind"); });
        QCOMPARE(b.state(), AgentState::Unknown);
        b.pass(300s, [](const effect::ReadRecord &) {});
        QCOMPARE(b.count<effect::RegistryAlertRaised>(), 1);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        // Sight comes back; the record shows that it beat all the while.
        b.connect();
        QCOMPARE(b.count<effect::RegistryAlertResolved>(), 1);
        b.pass(2s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active,
                   std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 4s), registered);
        });
        QCOMPARE(b.state(), AgentState::Active);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        QCOMPARE(b.count<effect::AlertResolved>(), 0);
    }

    void aFrozenRegistryAccusesNobody() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        b.read(EntityStatus::Active, b.utc(b.now), registered);
        b.beat();
        const UtcTime beforeFreeze = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        b.feed(event::LinkChanged{b.registry, LinkState::Silent, b.now});
        b.pass(180s, [](const effect::ReadRecord &) {});
        b.connect();
        // It heard nobody while it was frozen, so its record is as old as that.
        b.pass(40s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, beforeFreeze, registered);
        });
        QCOMPARE(b.state(), AgentState::Unknown);
        b.beat();
        b.pass(20s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, beforeFreeze, registered);
        });
        QCOMPARE(b.state(), AgentState::Active);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
    }

    void oneThatDiedDuringBlindnessIsAlertedWhenOthersWereHeard() {
        Bench b;
        b.connect();
        const std::string other = "zns:00000000000000000000000000000001";
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime before = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        const UtcTime death = before + 60s; // long after the cut, which it cannot share
        b.read(EntityStatus::Active, before, registered);
        b.read(EntityStatus::Active, before, registered, other);
        b.feed(event::LinkChanged{b.registry, LinkState::Unreachable, b.now});
        b.pass(200s, [](const effect::ReadRecord &) {});
        b.connect();
        b.pass(3s, [&](const effect::ReadRecord &r) {
            const UtcTime last = r.entityId == kId ? death : b.utc(b.now) - 30s;
            b.read(EntityStatus::Active, std::chrono::floor<std::chrono::seconds>(last), registered,
                   r.entityId);
        });
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        QCOMPARE(b.state(), AgentState::Stale);
    }

    void strangersShowThatOnlyOurLinkWasCut() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime before = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        const UtcTime death = before + 60s;
        const auto dead = [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, death, registered);
        };
        b.read(EntityStatus::Active, before, registered);
        b.feed(event::LinkChanged{b.registry, LinkState::Unreachable, b.now});
        b.pass(200s, [](const effect::ReadRecord &) {});
        b.effects.clear();
        b.answered.clear();
        b.connect(false);
        b.pass(3s, dead);
        QVERIFY(b.count<effect::ExplainOutage>() == 1);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        b.feed(event::OutageExplained{
            b.registry, std::chrono::hours(5), {{"stranger", b.utc(b.now) - 12s}}, b.now});
        b.pass(1s, dead);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
    }

    void aRegistryThatStartedAnewExcusesItsAgentsForAWhile() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime last = std::chrono::floor<std::chrono::seconds>(b.utc(b.now)) - 70s;
        // Its sweep calls everybody inactive at once: no reason to believe it.
        const auto inactive = [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Inactive, last, registered);
        };
        b.read(EntityStatus::Active, last, registered);
        b.feed(event::LinkChanged{b.registry, LinkState::Unreachable, b.now});
        b.pass(600s, [](const effect::ReadRecord &) {});
        b.connect(false);
        b.feed(event::OutageExplained{b.registry, 10s, {{"stranger", b.utc(b.now) - 5s}}, b.now});
        b.pass(60s, inactive);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        b.pass(15s, inactive); // 75 s after it is known to hear, by the stranger's beat
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        QCOMPARE(b.core.watch(0).alertedOn->stamp, last);
    }

    void whoFellSilentWithOurLineHasTimeToComeBack() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime last = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        const auto silent = [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, last, registered);
        };
        b.read(EntityStatus::Active, last, registered);
        b.feed(event::LinkChanged{b.registry, LinkState::Unreachable, b.now});
        b.pass(100s, [](const effect::ReadRecord &) {});
        b.connect(false);
        b.feed(event::OutageExplained{
            b.registry, std::chrono::hours(5), {{"stranger", b.utc(b.now) - 12s}}, b.now});
        b.pass(74s, silent); // it may be behind the same line, although others were heard
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        b.pass(2s, silent);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
    }

    void afterSleepEverythingIsReadBeforeAnythingIsJudged() {
        Bench b;
        b.connect();
        b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - std::chrono::hours(1));
        b.beat();
        const MonoTime slept = b.now;
        b.now += std::chrono::hours(2);
        b.feed(event::Woke{slept});
        QCOMPARE(b.count<effect::DialAnew>(), 1);
        QCOMPARE(b.state(), AgentState::Unknown);
        b.connect();
        b.pass(2s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active,
                   std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 3s),
                   b.utc(b.now) - std::chrono::hours(3));
        });
        QCOMPARE(b.state(), AgentState::Active);
        QCOMPARE(b.count<effect::AlertRaised>() + b.count<effect::RegistryAlertRaised>(), 0);
    }

    void anAlertOutlivesTheProgram() {
        Bench b;
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime last = std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 200s);
        b.feed(
            event::Remembered{b.registry, kId, registered, b.remembered(last), true, false, true});
        b.connect();
        b.read(EntityStatus::Active, last, registered);
        // It is the only witness, and the registry may have been away itself: its time runs first.
        b.pass(80s,
               [&](const effect::ReadRecord &) { b.read(EntityStatus::Active, last, registered); });
        QCOMPARE(b.state(), AgentState::Stale);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        b.beat();
        QCOMPARE(b.count<effect::AlertResolved>(), 0);
        b.read(EntityStatus::Active, std::chrono::floor<std::chrono::seconds>(b.utc(b.now)),
               registered);
        QCOMPARE(b.count<effect::AlertResolved>(), 1);
        const event::Remembered kept = b.core.remember(0);
        QVERIFY(!kept.alerted && kept.everBeat && kept.beat->stamp == b.utc(b.now));
    }

    void flappingIsToldOnceEachWay() {
        FlapCounter flaps;
        const MonoTime start(1000s);
        int told = 0;
        for (int i = 0; i < 12; ++i) {
            flaps.transition(start + 60s * i);
            told += flaps.update(start + 60s * i, 1800s) ? 1 : 0;
            QCOMPARE(flaps.isFlapping(), i >= 5);
        }
        QCOMPARE(told, 1);
        const auto due = flaps.dueAt(1800s);
        QVERIFY(due.has_value());
        QVERIFY(!flaps.update(*due - 1s, 1800s));
        QVERIFY(flaps.update(*due, 1800s));
        QVERIFY(!flaps.isFlapping());
    }

    void twoProcessesAreToldByTheirSpacing_data() {
        QTest::addColumn<QList<double>>("gaps");
        QTest::addColumn<bool>("doubled");
        const auto row = [](const char *name, const QList<double> &gaps, bool doubled) {
            QTest::newRow(name) << gaps << doubled;
        };
        row("one", {30, 30, 30, 30, 30, 30}, false);
        row("even combs", {15, 15, 15, 15, 15, 15}, true);
        row("uneven combs", {4, 26, 4, 26, 4, 26}, true);
        row("too few", {15, 15, 15}, false);
        row("one, with jitter", {29, 31, 28, 30, 29, 30}, false);
        row("two, with events lost", {15, 30, 15, 30, 15, 15}, true);
    }
    void twoProcessesAreToldByTheirSpacing() {
        QFETCH(QList<double>, gaps);
        BeatRhythm rhythm;
        MonoTime at(1000s);
        rhythm.beat(at);
        for (const double gap : gaps)
            rhythm.beat(at += fromSeconds(gap));
        QTEST(rhythm.isDoubled(30s), "doubled");
        rhythm.connection();
        QVERIFY(!rhythm.isDoubled(30s));
    }

    void whereReadsFailTheRegistrySpeaks() {
        Bench b;
        b.connect();
        b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - std::chrono::hours(1));
        b.beat();
        b.lists = Bench::Lists::Failed;
        b.pass(150s, [&](const effect::ReadRecord &r) {
            b.feed(event::ReadFailed{b.registry, r.entityId});
        });
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        QCOMPARE(b.count<effect::RegistryAlertRaised>(), 1);
        b.read(EntityStatus::Active, b.utc(b.now) - 3s, b.utc(b.now) - std::chrono::hours(1));
        QCOMPARE(b.count<effect::RegistryAlertResolved>(), 1);
    }

    void registeringIsNoBeat() {
        Bench b;
        b.connect();
        const UtcTime registered = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        b.read(EntityStatus::Active, registered, registered);
        b.pass(1s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, registered, registered);
        });
        QCOMPARE(b.state(), AgentState::Registered);
        b.pass(85s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, registered, registered);
        });
        QCOMPARE(b.state(), AgentState::Registered);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
        b.pass(8s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Active, registered, registered);
        });
        QCOMPARE(b.state(), AgentState::Stale);
        QVERIFY(b.last<effect::AlertRaised>().neverBeat);
        b.pass(700s, [&](const effect::ReadRecord &) {
            b.read(EntityStatus::Inactive, registered, registered);
        });
        QCOMPARE(b.state(), AgentState::Inactive);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        b.beat();
        QCOMPARE(b.state(), AgentState::Active);
        b.read(EntityStatus::Active, b.utc(b.now), registered);
        QCOMPARE(b.count<effect::AlertResolved>(), 1);
    }

    void connectionsAreNoRecovery() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime last = std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 200s);
        b.read(EntityStatus::Active, last, registered);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        b.feed(event::ConnectionSeen{b.registry, kId});
        b.pass(5s,
               [&](const effect::ReadRecord &) { b.read(EntityStatus::Active, last, registered); });
        QCOMPARE(b.count<effect::AlertResolved>(), 0);
        QCOMPARE(b.core.watch(0).evidence.connectionsSeen, 1);
    }

    void whoWasLongDeadAtFirstSightIsOld() {
        const auto raised = [](Bench &b) {
            for (const Effect &e : b.effects)
                if (const auto *alert = std::get_if<effect::AlertRaised>(&e))
                    return alert->old ? QStringLiteral("old") : QStringLiteral("new");
            return QString();
        };
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1000);
        const auto at = [&](Nanoseconds age) {
            return std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - age);
        };
        b.read(EntityStatus::Inactive, at(std::chrono::hours(900)), registered);
        QCOMPARE(raised(b), QStringLiteral("old"));
        Bench lately;
        lately.connect();
        lately.read(EntityStatus::Active, at(200s), registered);
        QCOMPARE(raised(lately), QStringLiteral("new"));
        Bench known; // an earlier run saw it alive
        known.feed(event::Remembered{known.registry, kId, registered,
                                     known.remembered(at(std::chrono::hours(2))), true, false,
                                     false, true});
        known.connect();
        known.read(EntityStatus::Inactive, at(std::chrono::hours(1)), registered);
        known.feed(event::Tick{}); // who was left behind is weighed
        known.feed(event::Tick{});
        QCOMPARE(raised(known), QStringLiteral("new"));
    }

    void aTombstoneIsDeregistrationAndEndsItsAlert() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        b.read(EntityStatus::Inactive,
               std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 400s), registered);
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        b.feed(event::ChangeHinted{b.registry, kId, false, true});
        b.feed(event::RecordRead{b.registry,
                                 kId,
                                 {EntityStatus::Inactive, registered, std::nullopt, true, false},
                                 b.now});
        QCOMPARE(b.state(), AgentState::Deregistered);
        QCOMPARE(b.count<effect::AlertResolved>(), 1);
    }

    void aTombstoneInSomeAnswersEndsNothing() {
        Bench b;
        b.connect();
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime last = std::chrono::floor<std::chrono::seconds>(b.utc(b.now) - 400s);
        const auto answer = [&](bool tombstoned) {
            b.feed(event::RecordRead{b.registry,
                                     kId,
                                     {EntityStatus::Inactive, registered, last, tombstoned, false},
                                     b.now});
        };
        b.read(EntityStatus::Inactive, last, registered);
        int reads = 0;
        b.pass(600s, [&](const effect::ReadRecord &) { answer(++reads % 3 != 0); });
        QCOMPARE(b.count<effect::AlertRaised>(), 1);
        QCOMPARE(b.count<effect::AlertResolved>(), 0);
        // Those that say it without an exception are believed after a quarter of an hour.
        b.pass(1'200s, [&](const effect::ReadRecord &) { answer(true); });
        QCOMPARE(b.state(), AgentState::Deregistered);
        QCOMPARE(b.count<effect::AlertResolved>(), 1);
    }

    void aBeatFromTheFutureIsClamped() {
        Bench b;
        b.connect();
        b.read(EntityStatus::Active, b.utc(b.now) + std::chrono::hours(1),
               b.utc(b.now) - std::chrono::hours(1));
        // It was made before it was read, and that is all that is known: neither green nor accused.
        QCOMPARE(b.state(), AgentState::Late);
        QVERIFY(b.age() >= 0);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
    }

    void aGossipCopyIsNeverJudged() {
        Bench b;
        b.connect();
        b.feed(
            event::RecordRead{b.registry, kId, {EntityStatus::Active, {}, {}, false, true}, b.now});
        b.pass(400s, [](const effect::ReadRecord &) {});
        QCOMPARE(b.state(), AgentState::Unknown);
        QCOMPARE(b.count<effect::AlertRaised>(), 0);
    }

    void noSlowListHoldsUpAnAlert() {
        Bench b;
        b.connect();
        const auto id = [](int i) { return "zns:" + std::to_string(i); };
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        for (int i = 0; i < 60; ++i)
            b.read(EntityStatus::Active, b.utc(b.now), registered, id(i));
        b.now += 1s;
        b.feed(event::ListRead{b.registry, true, true, b.now, 50}); // paging costs 50 requests
        b.effects.clear();
        const MonoTime start = b.now;
        const UtcTime second = std::chrono::floor<std::chrono::seconds>(b.utc(start));
        std::optional<MonoTime> slowList;
        while (b.now < start + 93s) {
            b.now += 250ms;
            for (int i = 0; i < 60; ++i) // the first nine never beat again, the others until 50 s
                if (b.now - start == 30s || (i >= 9 && b.now - start == 50s))
                    b.beat(id(i));
            b.feed(event::Tick{});
            for (const Effect &e : std::exchange(b.effects, {})) {
                if (const auto *list = std::get_if<effect::ReadList>(&e)) {
                    QVERIFY(!list->urgent);
                    slowList = b.now; // it goes on and on
                }
                if (const auto *read = std::get_if<effect::ReadRecord>(&e))
                    b.read(EntityStatus::Active, b.now - start < 30s ? second : second + 30s,
                           registered, read->entityId);
                if (std::holds_alternative<effect::AlertRaised>(e))
                    QFAIL("too early");
            }
            if (slowList) {
                b.feed(event::StrangerRead{b.registry, "stranger", b.now});
                b.feed(event::ListProgress{b.registry, b.now});
            }
        }
        QVERIFY(slowList);
        int alerts = 0;
        while (b.now < start + 122s) {
            b.now += 250ms;
            b.feed(event::Tick{});
            b.feed(event::ListProgress{b.registry, b.now});
            for (const Effect &e : std::exchange(b.effects, {})) {
                if (const auto *read = std::get_if<effect::ReadRecord>(&e))
                    b.read(EntityStatus::Active, second + 30s, registered, read->entityId);
                alerts += std::holds_alternative<effect::AlertRaised>(e) ? 1 : 0;
            }
        }
        QCOMPARE(alerts, 9);
    }

    void aListThatStandsStillHoldsUpNoAlert() {
        Bench b;
        b.connect();
        b.now += 1s;
        const UtcTime registered = b.utc(b.now) - std::chrono::hours(1);
        const UtcTime second = std::chrono::floor<std::chrono::seconds>(b.utc(b.now));
        for (int i = 0; i < 20; ++i)
            b.read(EntityStatus::Active, second, registered, "zns:" + std::to_string(i));
        b.effects.clear();
        const MonoTime start = b.now;
        bool urgentList = false;
        int alerts = 0;
        while (b.now < start + 95s) {
            b.now += 250ms;
            b.feed(event::Tick{});
            for (const Effect &e : std::exchange(b.effects, {})) {
                if (const auto *read = std::get_if<effect::ReadRecord>(&e))
                    b.read(EntityStatus::Active, second, registered, read->entityId);
                const auto *list = std::get_if<effect::ReadList>(&e);
                if (list && list->urgent)
                    urgentList = true; // never answered
                else if (list)
                    b.feed(event::ListRead{b.registry, true, false, b.now});
                alerts += std::holds_alternative<effect::AlertRaised>(e) ? 1 : 0;
            }
        }
        QVERIFY(urgentList);
        QCOMPARE(alerts, 20);
    }

    void aNewcomerIsReadByItselfWhereListsAreCutOff() {
        Bench b;
        b.connect(); // its list is not complete
        const auto reads = [&b](const std::string &id) {
            return std::count_if(b.effects.begin(), b.effects.end(), [&](const Effect &e) {
                const auto *read = std::get_if<effect::ReadRecord>(&e);
                return read && read->entityId == id;
            });
        };
        b.feed(event::ChangeHinted{b.registry, "zns:new", true});
        b.feed(event::ChangeHinted{b.registry, "zns:gone"}); // a stranger's end is nothing to us
        b.pass(2s, [](const effect::ReadRecord &) {});
        QCOMPARE(reads("zns:new"), 1);
        QCOMPARE(reads("zns:gone"), 0);

        // Where the developer's list holds everybody, it tells, and so does one hinted meanwhile.
        b.now += 10s;
        b.feed(event::ListRead{b.registry, true, true, b.now});
        b.now += 10s;
        b.effects.clear();
        b.feed(event::ChangeHinted{b.registry, "zns:second", true});
        b.feed(event::Tick{});
        QCOMPARE(b.count<effect::ReadList>(), 1);
        b.feed(event::ChangeHinted{b.registry, "zns:third", true});
        b.feed(event::ListRead{b.registry, true, true, b.now});
        b.now += 4s;
        b.feed(event::Tick{});
        QCOMPARE(b.count<effect::ReadList>(), 2);
        QCOMPARE(reads("zns:second") + reads("zns:third"), 0);
    }

    void theRequestBudgetHolds() {
        Bench b;
        b.connect();
        for (int i = 0; i < 500; ++i)
            b.read(EntityStatus::Active, b.utc(b.now), b.utc(b.now) - std::chrono::hours(1),
                   "zns:" + std::to_string(i));
        b.effects.clear();
        b.feed(event::LinkChanged{b.registry, LinkState::Unreachable, b.now});
        b.now += 60s;
        b.connect();
        const MonoTime start = b.now;
        while (b.now < start + 10s) {
            b.now += 250ms;
            b.feed(event::Tick{});
        }
        // A burst of 20, then 2 a second.
        QVERIFY(b.count<effect::ReadRecord>() + b.count<effect::ReadList>() <= 20 + 2 * 11);
    }

    void theRegistrysClockIsBoundedAndFollowsAStep() {
        RegistryClock clock;
        const MonoTime now(100s);
        clock.observeDate(kEpoch, now, now + 20ms);
        QCOMPARE(clock.rank(now), ClockRank::Date);
        const auto shows = [&](UtcTime time, MonoTime at) {
            const auto told = clock.when(time, time, at);
            return told && told->earliest <= at && told->latest >= at;
        };
        QVERIFY(shows(kEpoch, now) && shows(kEpoch + 1s, now) && !shows(kEpoch + 2s, now));
        QVERIFY(clock.uncertainty(now) <= 600ms);
        // One answer does not set it, nor do two in a row while others confirm what was known.
        const UtcTime later = kEpoch + std::chrono::hours(1);
        clock.observeDate(later + 10s, now + 10s, now + 10s);
        clock.observeDate(later + 11s, now + 11s, now + 11s);
        QVERIFY(shows(kEpoch + 11s, now + 11s) && !shows(later + 11s, now + 11s));
        for (const auto after : {70s, 71s, 72s})
            clock.observeDate(later + after, now + after, now + after);
        QVERIFY(shows(later + 72s, now + 72s));
        clock.observeEvent(later + 73s + 900ms, now + 73s); // it is at least that late
        QVERIFY(clock.uncertainty(now + 73s) <= 100ms);
    }
    void aDateKnownToBeWrongTellsNoMoreWhenStampsRunDry() {
        RegistryClock clock;
        const MonoTime now(100s);
        for (int i = 0; i < 40; ++i) {
            const auto after = std::chrono::seconds(i);
            clock.observeDate(kEpoch + 300s + after, now + after, now + after + 20ms);
            clock.observeEvent(kEpoch + after, now + after + 20ms);
            clock.confirmEvent(kEpoch + after, now + after + 20ms);
        }
        const auto later = std::chrono::seconds(2000); // we were blind, and its front answers first
        clock.observeDate(kEpoch + 300s + later, now + later, now + later + 20ms);
        const auto told = clock.when(kEpoch + later, kEpoch + later, now + later);
        QVERIFY(told && told->earliest <= now + later && told->latest >= now + later);
    }
    void aForgedFirstStampIsFoundOutByThree() {
        RegistryClock clock;
        const MonoTime now(100s);
        clock.observeDate(kEpoch, now, now + 20ms);
        clock.observeEvent(kEpoch + std::chrono::hours(24 * 365 * 100), now);
        QCOMPARE(clock.rank(now), ClockRank::Date);
        for (const auto after : {1s, 11s, 21s}) {
            clock.observeEvent(kEpoch + after, now + after);
            QVERIFY(!clock.isDoubted(now + after)); // dates serve meanwhile
        }
        QCOMPARE(clock.rank(now + 21s), ClockRank::Stamps);
    }
    void aForgerWhoIsThereFirstSettlesNoClock() {
        RegistryClock clock;
        const MonoTime now(100s);
        for (int i = 0; i < 300; ++i) {
            const auto after = std::chrono::seconds(i);
            clock.observeDate(kEpoch + after, now + after, now + after + 20ms);
            if (i % 15 == 0) // steadily wrong, and true ones between
                clock.observeEvent(kEpoch + after + 1000s, now + after);
            if (i > 2 && i % 3 == 0)
                clock.observeEvent(kEpoch + after, now + after + 20ms);
        }
        const MonoTime last = now + 299s;
        const auto told = clock.when(kEpoch + 290s, kEpoch + 290s, last);
        QVERIFY(told && told->earliest <= now + 290s && told->latest >= now + 290s);
        QVERIFY(!clock.isDoubted(last));
    }
    void whatNoRecordShowsSettlesNoClock() {
        RegistryClock clock;
        const MonoTime now(100s);
        const auto forge = [&](int second) { // steadily wrong, and nobody else beats
            const auto after = std::chrono::seconds(second);
            clock.observeDate(kEpoch + after, now + after, now + after + 20ms);
            clock.observeEvent(kEpoch + after + 1000s, now + after);
        };
        for (int i = 0; i < 50; i += 2)
            forge(i);
        QVERIFY(clock.wantsRecord(now + 50s));
        QCOMPARE(clock.rank(now + 50s), ClockRank::Date);
        clock.confirmEvent(kEpoch + 49s, now + 49s); // a record that shows another is no proof
        QCOMPARE(clock.rank(now + 50s), ClockRank::Date);
        clock.confirmEvent(kEpoch + 1048s, now + 48s);
        QVERIFY(!clock.wantsRecord(now + 50s));
        QCOMPARE(clock.rank(now + 50s), ClockRank::Stamps);
    }
    void datesThatTookOverDoubtWhatStampsToldBefore() {
        RegistryClock clock;
        const MonoTime now(1000s);
        for (const auto after : {0s, 5s})
            clock.observeDate(kEpoch + after, now + after, now + after + 20ms);
        for (int i = 0; i < 90; ++i) {
            const auto after = std::chrono::seconds(i);
            clock.observeEvent(kEpoch + after, now + after + 20ms);
            clock.confirmEvent(kEpoch + after, now + after + 20ms);
        }
        QVERIFY(!clock.isDoubted(now + 91s));
        for (int i = 95; i < 98; ++i) // set back by 60 s, and no date was read for long
            clock.observeDate(kEpoch + std::chrono::seconds(i - 60), now + std::chrono::seconds(i),
                              now + std::chrono::seconds(i) + 20ms);
        QVERIFY(clock.isDoubted(now + 98s));
        QVERIFY(clock.datesTellSet(now + 89s));
        for (int i = 100; i < 200; ++i)
            clock.observeEvent(kEpoch + std::chrono::seconds(i - 60),
                               now + std::chrono::seconds(i));
        QVERIFY(!clock.isDoubted(now + 200s));
        QVERIFY(!clock.datesTellSet(now + 89s));
        QVERIFY(clock.bothSetAt(now + 200s) > now + 98s);
    }
    void ofSeveralCutsOnlyThoseThatSilencedExcuse() {
        Sight sight;
        const MonoTime first(1000s);
        sight.ownCuts.add({first, first + 240s});
        sight.ownCuts.add({first + 250s, first + 400s});
        sight.ownCutFrom = first;
        sight.ownCutSeenAt = first + 260s;
        const MonoTime now = first + 410s;
        const auto shares = [&](Nanoseconds afterFirst) {
            const Nanoseconds age = now - (first + afterFirst);
            return mayShareOurLine({age, age}, sight, Thresholds{}, now);
        };
        QVERIFY(shares(0s) && shares(24s));    // the first
        QVERIFY(!shares(70s));                 // it died meanwhile
        QVERIFY(shares(245s) && shares(260s)); // the second
    }
    void whatTwoReadsTellIsMadeNarrowerOnceTheClockIsTrustedAgain() {
        RegistryClock clock;
        const MonoTime now(1000s);
        const auto hear = [&](int second) {
            const auto after = std::chrono::seconds(second);
            clock.observeEvent(kEpoch + after, now + after + 20ms);
        };
        for (int i = 0; i < 40; ++i)
            hear(i);
        clock.observeEvent(kEpoch + 3000s, now + 40s); // forged, and the last that was heard
        BeatFact beat = BeatFact::replacing(kEpoch + 100s, now + 30s, now + 260s, clock);
        QCOMPARE(beat.latest - beat.earliest, 230s);
        beat.improve(clock, now + 261s);
        QCOMPARE(beat.latest - beat.earliest, 230s);
        hear(262); // it goes as it did, so nobody has set it
        beat.improve(clock, now + 262s + 20ms);
        QVERIFY(beat.earliest > now + 90s && beat.latest < now + 110s);
        QVERIFY(beat.restsOn == ClockRank::Firm);
    }
    void aClockThatWasSetBetweenTwoReadsNeverNarrowsThem() {
        RegistryClock clock;
        const MonoTime now(1000s);
        for (int i = 0; i < 40; ++i)
            clock.observeEvent(kEpoch + std::chrono::seconds(i), now + std::chrono::seconds(i));
        clock.observeEvent(kEpoch, now + 40s);
        BeatFact beat = BeatFact::replacing(kEpoch + 100s, now + 30s, now + 260s, clock);
        for (int i = 300; i < 400; ++i) // set back by 60 s
            clock.observeEvent(kEpoch + std::chrono::seconds(i - 60),
                               now + std::chrono::seconds(i));
        QVERIFY(clock.setAt(now + 400s) > now + 260s);
        beat.improve(clock, now + 400s);
        QCOMPARE(beat.earliest, now + 30s);
        QCOMPARE(beat.latest, now + 260s);
    }
    void whatAClockPlacesBeforeTheLastReadMayBeAnOldRecord() {
        RegistryClock clock;
        const MonoTime now(1000s);
        for (int i = 0; i < 40; ++i)
            clock.observeEvent(kEpoch + std::chrono::seconds(i), now + std::chrono::seconds(i));
        const MonoTime asked = now + 30s;
        const auto beat = BeatFact::replacing(kEpoch - 60s, asked, now + 39s, clock);
        QVERIFY(beat.earliest <= now - 60s && beat.latest == now + 39s);
        QVERIFY(beat.restsOn != ClockRank::Firm); // so that it is not green
        // Where nobody was heard for long, its clock may have been set.
        const auto unheard = BeatFact::replacing(kEpoch - 60s, now + 650s, now + 660s, clock);
        QCOMPARE(unheard.earliest, now + 650s);
    }
};

QTEST_GUILESS_MAIN(LivenessTest)
#include "liveness_test.moc"
