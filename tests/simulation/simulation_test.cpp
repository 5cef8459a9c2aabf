// SPDX-License-Identifier: GPL-3.0-or-later
// A short run of what ./dev simulate does at length, and what the simulator promises of itself.
#include "simulation/simulation.h"

#include <QTest>

using namespace heartline;
using namespace heartline::simulation;

namespace {
#ifdef SANITIZED // worlds take ten times as long, and are played whole elsewhere
constexpr std::uint64_t kSeeds = 3;
constexpr int kMany = 2'000;
#else
constexpr std::uint64_t kSeeds = 20;
constexpr int kMany = 10'000;
#endif
void addNetworks() {
    QTest::addColumn<bool>("bytes");
    QTest::newRow("a model of the client") << false;
    QTest::newRow("the client, over bytes") << true;
}

} // namespace

class SimulationTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noSeedShowsAViolation_data() { addNetworks(); }
    void noSeedShowsAViolation() {
        QFETCH(bool, bytes);
        int alerts = 0;
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            Options options;
            options.seed = seed;
            options.days = 0.5;
            options.bytes = bytes;
            const Report report = simulate(options);
            alerts += report.alerts;
            for (const Violation &violation : report.violations)
                QFAIL(qPrintable(QStringLiteral("seed %1, %2, agent %3: %4")
                                     .arg(seed)
                                     .arg(timeText(violation.at).c_str())
                                     .arg(violation.agent)
                                     .arg(violation.what.c_str())));
        }
        QVERIFY(alerts > static_cast<int>(10 * kSeeds)); // agents do die in these worlds
    }

    void thousandsThatDieAtOnceAreToldInTime_data() { addNetworks(); }
    void thousandsThatDieAtOnceAreToldInTime() {
        QFETCH(bool, bytes);
        Options options;
        options.bytes = bytes;
        options.seed = 2;
        options.agents = kMany;
        options.days = 0.03;
        options.faults = *parseFaults("together");
        const Report report = simulate(options);
        QVERIFY2(report.alerts > kMany / 10, qPrintable(QString::number(report.alerts)));
        QVERIFY(report.violations.empty());
    }

    void aSeedIsReplayedExactly_data() { addNetworks(); }
    void aSeedIsReplayedExactly() {
        QFETCH(bool, bytes);
        Options options;
        options.bytes = bytes;
        options.seed = 7;
        options.days = 0.1;
        options.timeline = true;
        const Report first = simulate(options);
        QVERIFY(first.timeline.size() > 100);
        QCOMPARE(simulate(options).timeline, first.timeline);
    }

    void withoutFaultsNothingIsTold_data() { addNetworks(); }
    void withoutFaultsNothingIsTold() {
        QFETCH(bool, bytes);
        Options options;
        options.bytes = bytes;
        options.faults = FaultSet();
        options.days = 0.2;
        const Report report = simulate(options);
        QCOMPARE(report.alerts, 0);
        QCOMPARE(report.registryAlerts, 0);
        QVERIFY(report.violations.empty());
    }

    void faultsAreNamed() {
        const auto some = parseFaults("cut,half-open");
        QVERIFY(some && some->count() == 2);
        QVERIFY(parseFaults("all") && parseFaults("all")->all());
        const auto wrong = parseFaults("cut,rain");
        QVERIFY(!wrong && wrong.error().message.find("rain") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(SimulationTest)
#include "simulation_test.moc"
