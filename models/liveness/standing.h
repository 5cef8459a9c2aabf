// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/core.h"

namespace heartline::liveness {

/// How an agent stands over all the registries that know it.
struct Standing {
    /// The watch whose state and age are the agent's: at a registry that has a record of its own,
    /// and where it beats, as who beats anywhere is alive; of several, the one that needs the
    /// operator most.
    WatchIndex speaker = 0;
    /// It is silent, and beats nowhere.
    bool alerted = false;
    bool flapping = false;
    bool doubled = false;
    /// Only copies are known, that other registries gossiped: its home is not watched here.
    bool copiesOnly = false;
    /// Registries that say otherwise than the speaker: alive there and not here, or the reverse.
    std::vector<WatchIndex> dissent;
};

/// Another registry that still knows it has seen it beat. One that never beat at a second registry
/// was registered there, and lives, or died, elsewhere: no incident of its own.
[[nodiscard]] bool beatsElsewhere(const Core &core, const std::vector<WatchIndex> &watches,
                                  WatchIndex here);

/// It is alive at another registry, by that one's own record and without an alert there, and beat
/// there since it fell silent here: silent here alone.
[[nodiscard]] bool aliveElsewhere(const Core &core, const std::vector<WatchIndex> &watches,
                                  WatchIndex here);

/// `watches` is not empty. Pure.
[[nodiscard]] Standing standingOf(const Core &core, const std::vector<WatchIndex> &watches);

} // namespace heartline::liveness
