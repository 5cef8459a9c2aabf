// SPDX-License-Identifier: GPL-3.0-or-later
// The dashboard's engine on 10,000 agents at real speed, of which 100 die.
#include "base/system_clock.h"
#include "bench/beat_load.h"
#include "bench/loaded_node.h"
#include "bench/measure.h"
#include "fleet/fleet_engine.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

namespace heartline::bench {

namespace {

constexpr std::size_t kAgents = 10'000;
constexpr std::size_t kDying = 100;
constexpr double kPopulationBeatsPerSecond = static_cast<double>(kAgents) / 30;
/// Past this something is wrong.
constexpr double kPatienceSeconds = 180;

/// Runs the event loop until the condition holds; ends the program where it never does.
void await(const char *what, const std::function<bool()> &condition) {
    const double end = now() + kPatienceSeconds;
    while (!condition()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        if (now() > end) {
            std::fprintf(stderr, "alert: not in time: %s\n", what);
            std::exit(1);
        }
    }
}

} // namespace

void benchAlert(Figures &figures) {
    LoadedNode node(kAgents, kAgents);
    BeatLoad load(node.driver.port, node.paths, node.keys);
    std::atomic<bool> kill = false;
    std::jthread beats([&](const std::stop_token &stop) {
        while (!stop.stop_requested()) {
            if (kill.exchange(false))
                load.kill(kDying);
            load.beat(1, kPopulationBeatsPerSecond);
        }
    });

    const SystemClock clock;
    fleet::FleetOptions options;
    options.developerId = node.driver.developerId();
    options.registries = {"http://127.0.0.1:" + std::to_string(node.driver.port)};
    fleet::FleetEngine engine(options, clock);
    int active = 0;
    std::vector<double> delays;
    engine.setChangeSink([&](const fleet::FleetEngine::Change &change) {
        active += change.state == liveness::AgentState::Active ? 1 : 0;
        active -= change.previous == liveness::AgentState::Active ? 1 : 0;
        if (change.alert == fleet::FleetEngine::Change::Alert::Raised)
            delays.push_back(toSeconds(change.age->least - options.thresholds.stale));
    });
    engine.start();
    std::fprintf(stderr, "alert: waiting for %zu agents to beat twice\n", kAgents);
    await("all agents active", [&] { return active == static_cast<int>(kAgents); });
    kill = true;
    std::fprintf(stderr, "alert: %zu of them die\n", kDying);
    await("an alert for each", [&] { return delays.size() >= kDying; });
    std::sort(delays.begin(), delays.end());
    if (delays.size() != kDying || delays.front() < 0) {
        std::fprintf(stderr, "alert: false alerts\n");
        std::exit(1);
    }
    figures.push_back({"alert.latency", delays[kDying * 99 / 100 - 1], "s past the mark, p99",
                       "the 90 s mark itself", 0, "<= 2.0"});
}

} // namespace heartline::bench
