// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_update.h"

#include <QString>
#include <array>

namespace heartline::fleet {

/// Agents by state (indexed by AgentState), and what the top line says about them.
struct FleetSummary {
    std::array<int, 7> count{};
    int firing = 0;
    int total = 0;

    [[nodiscard]] int of(liveness::AgentState state) const {
        return count[static_cast<std::size_t>(state)];
    }

    /// What is known of the picture as a whole.
    enum class Picture {
        Looking,    ///< not every registry has been read yet
        Unreadable, ///< a registry's list of agents cannot be read
        Whole,
    };
    /// What an operator must do, in one sentence. `blindFor` is the longest blindness, in
    /// seconds, on the registry of this name; below 0 there is none.
    [[nodiscard]] QString sentence(const QString &blindRegistry, double blindFor,
                                   Picture picture) const;
    /// The worst state present, for the tray.
    [[nodiscard]] liveness::AgentState worst(bool blind) const;
};

} // namespace heartline::fleet
