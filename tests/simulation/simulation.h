// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/faults.h"
#include "simulation/oracle.h"

#include <optional>

namespace heartline::simulation {

struct Options {
    std::uint64_t seed = 1;
    int agents = 50;
    double days = 1;
    /// All of these at their usual rates; where none are named, the seed draws kinds and rates.
    std::optional<FaultSet> faults;
    /// Choreographies follow each other at every registry that has what they take.
    bool dense = false;
    /// By the program's own client, over bytes, in place of a model of it.
    bool bytes = false;
    /// Writes down all that happens, for people.
    bool timeline = false;
};

struct Report {
    std::uint64_t seed = 0;
    int alerts = 0;
    int registryAlerts = 0;
    std::vector<Violation> violations;
    std::vector<std::string> timeline;
};

/// Plays one seed: the same seed and options give the same report. Thread: any.
[[nodiscard]] Report simulate(const Options &options);

/// `d hh:mm:ss.mmm` since the beginning.
[[nodiscard]] std::string timeText(Nanoseconds time);

} // namespace heartline::simulation
