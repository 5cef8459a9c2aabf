// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/oracle.h"

namespace heartline::simulation {

/// Holds the dashboard to the truth of agents that are at two registries: alive where they beat
/// anywhere, one incident where they beat nowhere, and a lower one where one registry alone does
/// not hear them. What is told of each registry's watch is the other oracle's.
class CensusOracle {
public:
    CensusOracle(EventQueue &queue, World &world, Oracle &oracle);

    void watch(const Dashboard *dashboard) { m_dashboard = dashboard; }
    void observe(const liveness::Census::Incident &incident);
    /// Called once a second.
    void check();

private:
    void checkPair(int first, int second);
    void noteBeats(int agent);
    /// It beats there in turn, and nothing was in the way of knowing for long.
    [[nodiscard]] bool isKnownToBeat(int agent) const;
    [[nodiscard]] bool isOpen(int agent) const;
    [[nodiscard]] bool isOpenThere(int agent) const;

    EventQueue &m_queue;
    World &m_world;
    Oracle &m_oracle;
    const Dashboard *m_dashboard = nullptr;
    /// By agent: since when it beats in turn.
    std::vector<std::optional<Nanoseconds>> m_beatsSince;
    /// By the first agent of a pair: since when both are dead for certain.
    std::vector<std::optional<Nanoseconds>> m_deadSince;
};

} // namespace heartline::simulation
