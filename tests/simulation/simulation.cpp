// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/simulation.h"

#include "simulation/census_oracle.h"
#include "simulation/scenario.h"

#include <cstdio>

namespace heartline::simulation {

namespace effect = liveness::effect;

namespace {

/// An effect in words; empty for those that tell nothing new.
std::string wordsFor(const liveness::Effect &told, const Dashboard &dashboard) {
    const auto agent = [&](liveness::WatchIndex watch) {
        return "agent " + std::to_string(dashboard.agentOf(watch));
    };
    if (const auto *change = std::get_if<effect::StateChanged>(&told))
        return agent(change->watch) + ": " + std::string(liveness::stateWord(change->previous)) +
               " -> " + std::string(liveness::stateWord(change->state)) +
               (change->age ? ", age " + std::to_string(toSeconds(change->age->least)) + " to " +
                                  std::to_string(toSeconds(change->age->most)) + " s"
                            : "");
    if (const auto *raised = std::get_if<effect::AlertRaised>(&told))
        return agent(raised->watch) + ": ALERT";
    if (const auto *resolved = std::get_if<effect::AlertResolved>(&told))
        return agent(resolved->watch) + ": resolved";
    if (const auto *blind = std::get_if<effect::RegistryAlertRaised>(&told))
        return "registry " + std::to_string(blind->registry) + ": ALERT, " +
               std::string(liveness::linkWord(blind->state));
    if (const auto *sight = std::get_if<effect::RegistryAlertResolved>(&told))
        return "registry " + std::to_string(sight->registry) + ": resolved";
    if (const auto *seen = std::get_if<effect::SightChanged>(&told))
        return "registry " + std::to_string(seen->registry) + ": " +
               std::string(liveness::linkWord(seen->previous)) + " -> " +
               std::string(liveness::linkWord(seen->shown));
    if (const auto *flaps = std::get_if<effect::FlappingChanged>(&told))
        return agent(flaps->watch) + (flaps->flapping ? ": flaps" : ": flaps no more");
    if (const auto *doubled = std::get_if<effect::DoubledChanged>(&told))
        return agent(doubled->watch) + (doubled->doubled ? ": two processes" : ": one process");
    return {};
}

} // namespace

std::string timeText(Nanoseconds time) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    char text[40];
    std::snprintf(text, sizeof text, "%d %02d:%02d:%02d.%03d", static_cast<int>(ms / 86'400'000),
                  static_cast<int>(ms / 3'600'000 % 24), static_cast<int>(ms / 60'000 % 60),
                  static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
    return text;
}

Report simulate(const Options &options) {
    EventQueue queue;
    Random random(options.seed);
    Report report;
    report.seed = options.seed;
    World world(queue, random, 1 + random.index(2), options.agents);
    Oracle oracle(queue, world);
    const auto note = [&](const std::string &line) {
        if (options.timeline)
            report.timeline.push_back(timeText(queue.now()) + "  " + line);
    };
    CensusOracle census(queue, world, oracle);
    std::optional<Dashboard> dashboard;
    dashboard.emplace(
        queue, random, world, options.bytes,
        [&](const liveness::Effect &told) {
            oracle.observe(told);
            if (options.timeline)
                if (const std::string words = wordsFor(told, *dashboard); !words.empty())
                    note("told:  " + words);
        },
        [&](const liveness::Census::Incident &incident) {
            census.observe(incident);
            note("told:  agent " + std::to_string(dashboard->agentOf(incident.watch)) +
                 (incident.lower ? ": silent there alone" : ": incident") +
                 (incident.begins ? "" : " ends"));
        });
    oracle.watch(&*dashboard);
    census.watch(&*dashboard);
    for (int i = 0; i < static_cast<int>(world.registries().size()); ++i)
        dashboard->link(i).onSight = [&, i](Nanoseconds blindFrom) {
            oracle.linkSighted(i, blindFrom);
            note("truth: registry " + std::to_string(i) + " is seen");
        };
    const Nanoseconds end = fromSeconds(options.days * 86400);
    Climate climate(random, options.faults.value_or(FaultSet{}.set()), !options.faults);
    climate.dense = options.dense;
    Scenario scenario(queue, random, world, *dashboard, oracle, climate, end, note);
    scenario.plan();
    std::size_t told = 0;
    for (Nanoseconds at = 1s; at <= end; at += 1s) {
        queue.runUntil(at);
        oracle.check();
        census.check();
        for (; options.timeline && told < oracle.violations().size(); ++told)
            note("VIOLATION: agent " + std::to_string(oracle.violations()[told].agent) + ": " +
                 oracle.violations()[told].what);
    }
    report.alerts = oracle.alerts();
    report.registryAlerts = oracle.registryAlerts();
    report.violations = oracle.violations();
    return report;
}

} // namespace heartline::simulation
