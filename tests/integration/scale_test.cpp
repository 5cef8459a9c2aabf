// SPDX-License-Identifier: GPL-3.0-or-later
// A thousand agents of one owner, faster than the network; the agents are a process of their own.
#include "base/system_clock.h"
#include "fleet/fleet_engine.h"
#include "identity/entity_id.h"
#include "identity/key_file.h"
#include "node/node.h"
#include "support/lab.h"
#include "support/node_driver.h"

#include <QTemporaryDir>
#include <QTest>

using namespace heartline;
using liveness::AgentState;

namespace {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kAgents = 250; // sanitizers are that much slower
#else
constexpr int kAgents = 1000;
#endif
} // namespace

class ScaleTest : public QObject {
    Q_OBJECT
    SystemClock clock;
    const liveness::Thresholds thresholds = liveness::Thresholds().fasterBy(10);
    QTemporaryDir dir;
    const identity::SecretKey developer = identity::SecretKey::generate();
    const QString developerFile = dir.filePath(QStringLiteral("developer.json"));

    std::unique_ptr<node::Node> startNode(std::uint16_t port, const liveness::Thresholds &pace) {
        node::NodeOptions options;
        options.port = port;
        options.dataDir =
            dir.filePath(QString::fromUtf8(QTest::currentTestFunction())).toStdString();
        options.inactiveAfter = pace.inactive;
        options.sweepInterval = pace.sweep;
        return std::move(*node::Node::start(options, clock));
    }
    static int count(const fleet::FleetEngine &engine, AgentState state) {
        int found = 0;
        for (std::uint32_t i = 0; i < engine.core().watchCount(); ++i)
            found += engine.core().watch(i).judgement.state == state ? 1 : 0;
        return found;
    }
    struct Told {
        std::vector<alerts::Alert> alerts;
        std::vector<alerts::Notice> notices;
        void take(const fleet::FleetUpdate &update) {
            for (const alerts::Alert &changed : update.alerts.changed) {
                std::erase_if(alerts, [&](const auto &a) { return a.id == changed.id; });
                alerts.push_back(changed);
            }
            if (update.notice)
                notices.push_back(*update.notice);
        }
        [[nodiscard]] int of(alerts::AlertKind kind) const {
            return static_cast<int>(
                std::count_if(alerts.begin(), alerts.end(),
                              [kind](const alerts::Alert &a) { return a.kind == kind; }));
        }
    };

private Q_SLOTS:
    void initTestCase() { QVERIFY(identity::writeKeyFile(developerFile.toStdString(), developer)); }

    void aRegistryDiesAndComesBackWithThreeOfItsAgentsDead() {
        // Half as fast: a thousand come back at once, and their time for it shrinks with the pace.
        const liveness::Thresholds pace = liveness::Thresholds().fasterBy(5);
        auto node = startNode(0, pace);
        const std::uint16_t port = node->port();
        test::SwarmProcess agents(port, developerFile, kAgents, toSeconds(pace.period));
        fleet::FleetOptions options;
        options.developerId = identity::makeId(identity::IdKind::Developer, developer.publicKey());
        options.registries = {node->url()};
        options.thresholds = pace;
        fleet::FleetEngine engine(options, clock);
        Told told;
        engine.setUpdateSink([&told](const fleet::FleetUpdate &update) { told.take(update); });
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(count(engine, AgentState::Active), kAgents, 60000);

        agents.stop(0, 3);
        const UtcTime stopped = clock.utc();
        node.reset();
        QTRY_COMPARE_WITH_TIMEOUT(told.of(alerts::AlertKind::RegistryBlind), 1, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(told.notices.size(), 1U, 60000);
        QCOMPARE(told.alerts.size(), 1U);
        QCOMPARE(count(engine, AgentState::Unknown), kAgents);

        node = startNode(port, pace);
        QTRY_COMPARE_WITH_TIMEOUT(told.of(alerts::AlertKind::AgentStale), 3, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(count(engine, AgentState::Active), kAgents - 3, 60000);
        QCOMPARE(told.alerts.size(), 4U);
        std::set<std::string> names;
        for (const alerts::Alert &alert : told.alerts) {
            if (alert.kind != alerts::AlertKind::AgentStale)
                continue;
            names.insert(alert.name);
            // Its last beat lies within a period before it was stopped; records give whole seconds.
            QVERIFY(alert.downSince && *alert.downSince < stopped + 1s &&
                    *alert.downSince > stopped - pace.period - 1s);
        }
        QVERIFY(names == (std::set<std::string>{"agent 0", "agent 1", "agent 2"}));
        // The registry's end, and the three: no flood of recoveries.
        const auto sum = [&told](auto part) {
            std::size_t all = 0;
            for (const alerts::Notice &notice : told.notices)
                all += (notice.*part).size();
            return all;
        };
        QTRY_COMPARE_WITH_TIMEOUT(sum(&alerts::Notice::raised), 4U, 60000);
        QCOMPARE(sum(&alerts::Notice::resolved), 1U);
    }

    void aThousandThatFallSilentTogetherAreAlertedInTime() {
        auto node = startNode(0, thresholds);
        test::SwarmProcess agents(node->port(), developerFile, kAgents,
                                  toSeconds(thresholds.period));
        fleet::FleetOptions options;
        options.developerId = identity::makeId(identity::IdKind::Developer, developer.publicKey());
        options.registries = {node->url()};
        options.thresholds = thresholds;
        fleet::FleetEngine engine(options, clock);
        std::vector<double> ages;
        engine.setChangeSink([&ages](const fleet::FleetEngine::Change &change) {
            if (change.alert == fleet::FleetEngine::Change::Alert::Raised)
                ages.push_back(toSeconds(change.age->least));
        });
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(count(engine, AgentState::Active), kAgents, 60000);
        QVERIFY(ages.empty());
        agents.stop(0, kAgents);
        QTRY_COMPARE_WITH_TIMEOUT(static_cast<int>(ages.size()), kAgents, 60000);
        std::sort(ages.begin(), ages.end());
        const double mark = toSeconds(thresholds.stale);
        QVERIFY(ages.front() >= mark);
        // At ten times the pace a delay weighs ten times as much: 3 s are those of the real one.
        qInfo("%d alerts, %.2f to %.2f s past the mark", kAgents, ages.front() - mark,
              ages.back() - mark);
        QVERIFY(ages.back() <= mark + 3);
    }

    void oneRegisteredLaterIsFoundWhereTheDevelopersListIsCutOff() {
        auto node = startNode(0, thresholds);
        const test::NodeDriver ours{node->port()};
        const test::NodeDriver stranger{node->port()};
        QCOMPARE(ours.registerDeveloper(), 201);
        QCOMPARE(stranger.registerDeveloper(), 201);
        constexpr std::uint32_t kMany = 105;
        for (std::uint32_t i = 0; i < kMany; ++i)
            QCOMPARE(ours.registerAgent(i, "agent"), 201);
        fleet::FleetOptions options; // at the network's own pace: no paging for five minutes
        options.developerId = ours.developerId();
        options.registries = {node->url()};
        fleet::FleetEngine engine(options, clock);
        engine.start();
        QTRY_COMPARE_WITH_TIMEOUT(engine.core().registry(0).listPages, 2U,
                                  60000); // one is empty
        QCOMPARE(engine.core().watchCount(), kMany);

        QCOMPARE(stranger.registerAgent(0, "not ours"), 201);
        QCOMPARE(ours.registerAgent(kMany, "late"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(engine.core().find(0, ours.agentId(kMany)), 60000);
        QVERIFY(!engine.core().find(0, stranger.agentId(0)));
    }
};

QTEST_GUILESS_MAIN(ScaleTest)
#include "scale_test.moc"
