// SPDX-License-Identifier: GPL-3.0-or-later
// violation_finder SEEDS: plays seeds 1 … SEEDS, each as six worlds, until one shows a violation,
// and prints that. For planted_bugs.py, which links it with a core that has a bug.
#include "simulation/simulation.h"

#include <array>
#include <cstdio>
#include <cstdlib>

int main(int argc, char **argv) {
    using namespace heartline::simulation;
    const auto seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200;
    struct World {
        int agents;
        double days;
        bool dense;
        std::uint64_t after = 0; ///< its seeds are others
    };
    constexpr std::array kWorlds{
        World{3, 1, true},        World{6, 1, true},      World{12, 1, true},
        World{24, 1, true},       World{50, 1, false},    World{3, 7, false},
        World{50, 1, false, 200}, World{3, 1, true, 200}, World{12, 1, true, 200}};
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        for (const World &world : kWorlds) {
            Options options;
            options.seed = seed + world.after;
            options.agents = world.agents;
            options.days = world.days;
            options.dense = world.dense;
            const Report report = simulate(options);
            if (report.violations.empty())
                continue;
            std::printf("%llu\t%s (of %d agents)\n", static_cast<unsigned long long>(options.seed),
                        report.violations.front().what.c_str(), world.agents);
            return 1;
        }
    return 0;
}
