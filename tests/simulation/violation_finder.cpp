// SPDX-License-Identifier: GPL-3.0-or-later
// violation_finder SEEDS: plays seeds 1 … SEEDS, each a day with many agents and a week with few,
// until one shows a violation, and prints that. For planted_bugs.py, which links it with a core
// that has a bug.
#include "simulation/simulation.h"

#include <cstdio>
#include <cstdlib>

int main(int argc, char **argv) {
    using namespace heartline::simulation;
    const auto seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200;
    constexpr int kMany = 50;
    constexpr int kFew = 3;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        for (const int agents : {kMany, kFew}) {
            Options options;
            options.seed = seed;
            options.agents = agents;
            options.days = agents == kFew ? 7 : 1;
            const Report report = simulate(options);
            if (report.violations.empty())
                continue;
            std::printf("%llu\t%s%s\n", static_cast<unsigned long long>(seed),
                        report.violations.front().what.c_str(),
                        agents == kFew ? " (of few agents)" : "");
            return 1;
        }
    return 0;
}
