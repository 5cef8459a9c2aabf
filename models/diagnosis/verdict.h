// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/judgement.h"
#include "liveness/link_state.h"

namespace heartline::diagnosis {

/// What an agent's own `/health` said when it was asked.
struct HealthWitness {
    enum class Said { NotAsked, Ok, WrongAgent, NoAnswer } said = Said::NotAsked;
    std::string detail;
};

/// One sentence first, then what stands behind it.
struct Verdict {
    std::string title;
    std::string text;
    /// From stale on: when the agent leaves search, or that it has.
    std::string next;
};

[[nodiscard]] Verdict verdictOf(const liveness::Judgement &judgement, liveness::LinkState link,
                                const HealthWitness &health,
                                const liveness::Thresholds &thresholds);

} // namespace heartline::diagnosis
