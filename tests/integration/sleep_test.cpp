// SPDX-License-Identifier: GPL-3.0-or-later
// A dashboard that was stopped for a while, and one whose wall clock steps.
#include "fleet/fleet_engine.h"
#include "identity/key_file.h"
#include "protocol/json.h"
#include "support/child_program.h"
#include "support/small_network.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <csignal>
#include <set>

using namespace heartline;
using liveness::AgentState;

namespace {

/// The real clock, with a wall clock that can be stepped.
class SteppedClock final : public Clock {
public:
    [[nodiscard]] MonoTime mono() const override { return m_real.mono(); }
    [[nodiscard]] UtcTime utc() const override { return m_real.utc() + Nanoseconds(m_step); }
    void step(Nanoseconds by) { m_step += by.count(); }

private:
    SystemClock m_real;
    std::atomic<std::int64_t> m_step{0};
};

} // namespace

class SleepTest : public QObject {
    Q_OBJECT
    test::SmallNetwork network;
    QTemporaryDir home;
    std::unique_ptr<node::Node> node;
    std::vector<std::unique_ptr<agent::Agent>> agents;

private Q_SLOTS:
    void init() {
        node = network.startNode();
        for (std::uint32_t i = 0; i < 3; ++i)
            agents.push_back(network.startAgent(node->url(), i));
    }
    void cleanup() {
        agents.clear();
        node.reset();
    }

    void aStoppedDashboardAccusesTheDeadAndNobodyElse() {
        const QString file = home.filePath(QStringLiteral("developer.json"));
        QVERIFY(identity::writeKeyFile(file.toStdString(), network.developer));
        test::ChildProgram watch(
            QStringLiteral(BIN_DIR "/heartlinectl"),
            {"watch", "--json", "--developer", file, "--registry",
             QString::fromStdString(node->url()), "--ping", "1", "--late", "1.5", "--stale", "3",
             "--inactive", "10"},
            {"HOME=" + home.path(), "XDG_CONFIG_HOME=" + home.path(), "ZYND_HOME=" + home.path()});
        std::map<std::string, std::string> states;
        std::map<std::string, int> raised;
        const auto take = [&] {
            while (const auto text = watch.tryReadLine()) {
                const auto line = protocol::Json::parse(text->toStdString());
                if (line["agent_id"].is_null())
                    continue;
                const auto name = line["name"].get<std::string>();
                states[name] = line["state"].get<std::string>();
                if (line["alert"] == "raised")
                    ++raised[name];
            }
        };
        const auto all = [&](const char *state) {
            take();
            return states.size() == 3 &&
                   std::all_of(states.begin(), states.end(),
                               [state](const auto &s) { return s.second == state; });
        };
        QTRY_VERIFY_WITH_TIMEOUT(all("active"), 60000);
        QVERIFY(raised.empty());

        // It stands still for four times the stale mark; one agent dies meanwhile.
        kill(watch.pid(), SIGSTOP);
        agents[2]->stop();
        QElapsedTimer stopped;
        stopped.start();
        QTRY_VERIFY_WITH_TIMEOUT(stopped.hasExpired(12000), 60000);
        kill(watch.pid(), SIGCONT);
        QTRY_VERIFY_WITH_TIMEOUT((take(), raised["agent 2"] == 1), 60000);
        QTRY_VERIFY_WITH_TIMEOUT(
            (take(), states["agent 0"] == "active" && states["agent 1"] == "active"), 10000);
        QCOMPARE(raised["agent 0"], 0);
        QCOMPARE(raised["agent 1"], 0);
    }

    void aSteppingWallClockChangesNothing() {
        SteppedClock stepped;
        fleet::FleetEngine engine(network.fleetOptions({node->url()}), stepped);
        int changes = 0;
        int alerts = 0;
        engine.setChangeSink([&](const fleet::FleetEngine::Change &change) {
            ++changes;
            alerts += change.alert != fleet::FleetEngine::Change::Alert::None ? 1 : 0;
        });
        engine.start();
        const auto every = [&](const std::set<AgentState> &allowed) {
            if (engine.core().watchCount() != 3)
                return false;
            for (std::uint32_t i = 0; i < 3; ++i)
                if (!allowed.contains(engine.core().watch(i).judgement.state))
                    return false;
            return true;
        };
        QTRY_VERIFY_WITH_TIMEOUT(every({AgentState::Active}), 60000);
        for (const Nanoseconds step : {Nanoseconds(2h), Nanoseconds(-5h), Nanoseconds(3600s)}) {
            stepped.step(step);
            // Three periods go by after each step.
            const auto beats = [&engine] {
                return engine.core().watch(0).evidence.lastBeat->stamp;
            };
            const UtcTime before = beats();
            QTRY_VERIFY_WITH_TIMEOUT(beats() - before > 3 * network.thresholds.period, 60000);
            // A machine that stalls for half a second makes a beat late, whatever the clock says.
            QVERIFY(every({AgentState::Active, AgentState::Late}));
        }
        QTRY_VERIFY_WITH_TIMEOUT(every({AgentState::Active}), 60000);
        QCOMPARE(alerts, 0);
    }
};

QTEST_GUILESS_MAIN(SleepTest)
#include "sleep_test.moc"
