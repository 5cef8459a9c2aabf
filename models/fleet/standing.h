// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/core.h"

namespace heartline::fleet {

/// How an agent stands over all the registries that know it.
struct Standing {
    /// The watch whose state and age are the agent's: at a registry that has a record of its own;
    /// of several, the one that needs the operator most.
    liveness::WatchIndex speaker = 0;
    bool alerted = false;
    bool flapping = false;
    bool doubled = false;
    /// Only copies are known, that other registries gossiped: its home is not watched here.
    bool copiesOnly = false;
    /// Registries that say otherwise than the speaker: alive there and not here, or the reverse.
    std::vector<liveness::WatchIndex> dissent;
};

/// `watches` is not empty. Pure.
[[nodiscard]] Standing standingOf(const liveness::Core &core,
                                  const std::vector<liveness::WatchIndex> &watches);

} // namespace heartline::fleet
