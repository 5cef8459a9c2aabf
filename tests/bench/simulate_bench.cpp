// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/measure.h"
#include "simulation/simulation.h"

#include <cstdio>
#include <cstdlib>

namespace heartline::bench {

namespace {
constexpr int kWorldRounds = 5;
constexpr int kSeeds = 8;
constexpr int kSimulatedAgents = 50;
} // namespace

void benchSimulate(Figures &figures) {
    std::vector<double> speeds;
    std::uint64_t seed = 1;
    for (int round = 0; round < kWorldRounds; ++round) {
        const double start = now();
        for (int i = 0; i < kSeeds; ++i, ++seed)
            if (!simulation::simulate({.seed = seed, .agents = kSimulatedAgents})
                     .violations.empty()) {
                std::fprintf(stderr, "simulate: seed %llu violates the rules\n",
                             static_cast<unsigned long long>(seed));
                std::exit(1);
            }
        speeds.push_back(kSeeds * kSimulatedAgents / (now() - start));
    }
    figures.push_back({"simulate.speed", median(speeds), "agent-days/s, one core",
                       "the target itself", median(speeds) / 150, ">= 150"});
}

} // namespace heartline::bench
