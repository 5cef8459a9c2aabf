// SPDX-License-Identifier: GPL-3.0-or-later
// The monitor hears a logind that is played on the private bus the test is started with.
#include "sleep_monitor.h"

#include "support/manual_clock.h"

#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QSignalSpy>
#include <QTest>

using namespace heartline;

class SleepMonitorTest : public QObject {
    Q_OBJECT
    static void tell(QDBusConnection &bus, bool starting) {
        QDBusMessage signal = QDBusMessage::createSignal(
            QStringLiteral("/org/freedesktop/login1"),
            QStringLiteral("org.freedesktop.login1.Manager"), QStringLiteral("PrepareForSleep"));
        signal << starting;
        QVERIFY(bus.send(signal));
    }
private Q_SLOTS:
    void wakingTellsSinceWhenItSlept() {
        QDBusConnection logind =
            QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("logind"));
        QVERIFY(logind.registerService(QStringLiteral("org.freedesktop.login1")));
        test::ManualClock clock{UtcTime(1000s)};
        SleepMonitor monitor(clock, QDBusConnection::sessionBus());
        QSignalSpy woke(&monitor, &SleepMonitor::woke);
        // The bus knows what the monitor listens for once it has answered a later call of its.
        QVERIFY(QDBusConnection::sessionBus().interface()->isServiceRegistered(
            QStringLiteral("org.freedesktop.login1")));
        tell(logind, false); // it was not asleep
        const MonoTime slept = clock.mono();
        tell(logind, true);
        QTRY_VERIFY(monitor.isAsleep());
        QCOMPARE(woke.count(), 0);
        clock.advance(3600s);
        tell(logind, false);
        QTRY_COMPARE(woke.count(), 1);
        QVERIFY(woke[0][0].value<MonoTime>() == slept);
    }
    void withoutABusItIsSilent() {
        test::ManualClock clock{UtcTime(1000s)};
        const SleepMonitor monitor(clock, QDBusConnection(QStringLiteral("no such bus")));
        QVERIFY(!monitor.isAsleep());
    }
};

QTEST_GUILESS_MAIN(SleepMonitorTest)
#include "sleep_monitor_test.moc"
