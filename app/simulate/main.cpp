// SPDX-License-Identifier: GPL-3.0-or-later
// The simulator's program: see ./dev simulate.
#include "simulation/simulation.h"

#include <CLI/CLI.hpp>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace {

using namespace heartline;
using simulation::Report;

constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Arguments {
    std::uint64_t seed = 1;
    int seeds = 1;
    int agents = 50;
    double days = 1;
    std::string faults = "drawn";
    bool dense = false;
    bool bytes = false;
    bool json = false;
    bool timeline = false;
    bool firstOnly = false;
};

QByteArray toJson(const Report &report) {
    QJsonArray violations;
    for (const simulation::Violation &violation : report.violations)
        violations.append(QJsonObject{{"at_s", toSeconds(violation.at)},
                                      {"agent", violation.agent},
                                      {"what", QString::fromStdString(violation.what)}});
    return QJsonDocument(QJsonObject{{"seed", static_cast<qint64>(report.seed)},
                                     {"alerts", report.alerts},
                                     {"registry_alerts", report.registryAlerts},
                                     {"violations", violations}})
        .toJson(QJsonDocument::Compact);
}

void print(const Report &report, const Arguments &arguments) {
    if (arguments.json) {
        std::printf("%s\n", toJson(report).constData());
    } else {
        for (const std::string &line : report.timeline)
            std::printf("%s\n", line.c_str());
        for (const simulation::Violation &violation : report.violations)
            std::printf("seed %llu  %s  agent %d: %s\n",
                        static_cast<unsigned long long>(report.seed),
                        simulation::timeText(violation.at).c_str(), violation.agent,
                        violation.what.c_str());
    }
    std::fflush(stdout);
}

int runSimulate(const Arguments &arguments) {
    std::optional<simulation::FaultSet> faults;
    if (arguments.faults != "drawn") {
        const auto named = simulation::parseFaults(arguments.faults);
        if (!named) {
            std::fprintf(stderr, "heartline-simulate: %s\n", named.error().message.c_str());
            return kUsage;
        }
        faults = *named;
    }
    std::mutex mutex;
    std::atomic<int> next = 0;
    std::atomic<bool> stop = false;
    int done = 0;
    int failed = 0;
    long alerts = 0;
    const bool shows = isatty(STDERR_FILENO) != 0;
    const auto work = [&] {
        while (!stop) {
            const int index = next++;
            if (index >= arguments.seeds)
                return;
            const Report report =
                simulation::simulate({.seed = arguments.seed + static_cast<std::uint64_t>(index),
                                      .agents = arguments.agents,
                                      .days = arguments.days,
                                      .faults = faults,
                                      .dense = arguments.dense,
                                      .bytes = arguments.bytes,
                                      .timeline = arguments.timeline});
            const std::lock_guard lock(mutex);
            ++done;
            alerts += report.alerts;
            failed += report.violations.empty() ? 0 : 1;
            if (!report.violations.empty() || arguments.json || arguments.timeline)
                print(report, arguments);
            if (!report.violations.empty() && arguments.firstOnly)
                stop = true;
            if (shows)
                std::fprintf(stderr, "\r%d of %d seeds", done, arguments.seeds);
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
        threads.emplace_back(work);
    work();
    for (std::thread &thread : threads)
        thread.join();
    std::fprintf(
        stderr, "%s%d seeds, %d agents, %g days each: %ld agent alerts, %d seeds with violations\n",
        shows ? "\r" : "", done, arguments.agents, arguments.days, alerts, failed);
    if (failed > 0 && !arguments.timeline)
        std::fprintf(stderr, "Replay one with --seed N --timeline\n");
    return failed == 0 ? 0 : kFailed;
}

} // namespace

int main(int argc, char **argv) {
    Arguments arguments;
    // What the program would log of its links is no news here.
    QLoggingCategory::setFilterRules(QStringLiteral("heartline.*=false"));
    CLI::App app("Plays days of faults against the core and holds it to the truth",
                 "heartline-simulate");
    app.add_option("--seed", arguments.seed, "The world's number")->capture_default_str();
    app.add_option("--seeds", arguments.seeds, "So many worlds, from that number on")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--agents", arguments.agents, "Agents in a world")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    app.add_option("--days", arguments.days, "Virtual days")
        ->check(CLI::Range(0.001, 365.0))
        ->capture_default_str();
    app.add_option("--faults", arguments.faults,
                   "drawn by the seed, all, none, or names with commas between")
        ->capture_default_str();
    app.add_flag("--bytes", arguments.bytes,
                 "By the program's own client over bytes, in place of a model of it");
    app.add_flag("--dense", arguments.dense, "Choreographies follow each other at every registry");
    app.add_flag("--json", arguments.json, "One object per seed");
    app.add_flag("--timeline", arguments.timeline, "All that happens, line by line");
    app.add_flag("--first-violation", arguments.firstOnly,
                 "Ends with the first seed that shows a violation");
    CLI11_PARSE(app, argc, argv);
    return runSimulate(arguments);
}
