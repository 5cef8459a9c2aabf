// SPDX-License-Identifier: GPL-3.0-or-later
// Timers on real and on virtual time: what decides must not be able to tell them apart.
#include "base/timer.h"
#include "host/qt_scheduler.h"
#include "support/virtual_time.h"

#include <QTest>

using namespace heartline;

class EnvironmentTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTimerRunsOnceOrAgainAndAgain() {
        test::VirtualTime time;
        std::vector<MonoTime> once;
        std::vector<MonoTime> often;
        Timer one(time, [&] { once.push_back(time.mono()); });
        Timer many(time, [&] { often.push_back(time.mono()); });
        const MonoTime began = time.mono();
        one.start(10s);
        time.pass(5s);
        one.start(10s); // anew
        many.repeat(4s);
        time.pass(20s);
        QCOMPARE(once, std::vector{began + 15s});
        QCOMPARE(often.size(), std::size_t{5});
        QVERIFY(!one.isActive() && many.isActive());
        many.stop();
        time.pass(20s);
        QCOMPARE(often.size(), std::size_t{5});
        QCOMPARE(time.waiting(), std::size_t{0});
    }
    void oneThatWasRepeatedRunsOnceWhenItIsStarted() {
        test::VirtualTime time;
        int runs = 0;
        Timer timer(time, [&] { ++runs; });
        timer.repeat(1s);
        timer.start(2s);
        time.pass(10s);
        QCOMPARE(runs, 1);
    }
    void itsRunMayStopStartAndEndIt() {
        test::VirtualTime time;
        int runs = 0;
        std::optional<Timer> timer;
        timer.emplace(time, [&] {
            if (++runs == 3)
                timer.reset();
        });
        timer->repeat(1s);
        time.pass(10s);
        QCOMPARE(runs, 3);
        QCOMPARE(time.waiting(), std::size_t{0});
        timer.emplace(time, [&] {
            if (++runs < 6)
                timer->start(1s);
        });
        timer->start(1s);
        time.pass(10s);
        QCOMPARE(runs, 6);
    }
    void qtsLoopRunsThemInOrderAndNeverWithinTheCall() {
        host::QtScheduler scheduler;
        std::string ran;
        scheduler.after(30ms, [&] { ran += 'c'; });
        scheduler.after(0ms, [&] { ran += 'a'; });
        const auto cancelled = scheduler.after(1ms, [&] { ran += 'x'; });
        scheduler.after(2ms, [&] {
            ran += 'b';
            scheduler.after(Nanoseconds(-5), [&] { ran += '!'; });
        });
        QVERIFY(ran.empty());
        scheduler.cancel(cancelled);
        scheduler.cancel(cancelled); // and nothing more
        QTRY_COMPARE(ran, std::string("ab!c"));
    }
    void qtsLoopForgetsWithItsOwner() {
        int runs = 0;
        {
            host::QtScheduler scheduler;
            Timer timer(scheduler, [&] { ++runs; });
            timer.repeat(1ms);
            QTRY_VERIFY(runs > 2);
            runs = 0;
        }
        QCoreApplication::processEvents();
        QCOMPARE(runs, 0);
    }
};

QTEST_GUILESS_MAIN(EnvironmentTest)
#include "environment_test.moc"
