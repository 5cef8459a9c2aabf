// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/agent_state.h"
#include "liveness/evidence.h"
#include "liveness/hearing_gaps.h"
#include "liveness/thresholds.h"

namespace heartline::liveness {

/// How long ago the last beat was: certainly `least`, possibly `most`.
struct Age {
    Nanoseconds least{};
    Nanoseconds most{};
    [[nodiscard]] Nanoseconds middle() const { return least + (most - least) / 2; }
};

/// How well we see a registry just now.
struct Sight {
    /// Since when we can read it without a break; nothing while blind.
    std::optional<MonoTime> since;
    /// Until then its agents are excused for what was not heard during the last gap: the registry
    /// itself may have been frozen, or its database away, and then it heard nobody.
    MonoTime graceUntil;
    /// Records can be read, but are older than what the stream tells: neither is believed.
    bool outOfDate = false;
    /// When nobody may have been heard.
    HearingGaps gaps;
    /// Who was silent for too long before then is not excused: the last gap's beginning, or that of
    /// the first of several of which each came within the grace of the one before.
    MonoTime excusedFrom = MonoTime::max();
    /// Whose fault it was is known, and everything was read since: until then all are excused.
    bool understood = false;
};

struct Judgement {
    AgentState state = AgentState::Unknown;
    std::optional<Age> age;
    /// Past the stale mark, but the record has not been read since then: read it now.
    bool needsConfirmation = false;
};

/// Within so long everybody who beats has beaten, in seconds at the network's own pace.
inline constexpr double kTurnSeconds = 36;
/// Who was not heard for so long while the registry was hearing is accused, whatever happens to it
/// ever again. Seconds at the network's own pace.
inline constexpr double kLongestHearingSeconds = 150;

/// Nothing before a beat is known.
[[nodiscard]] std::optional<Age> ageOf(const Evidence &evidence, MonoTime now);

/// The whole truth table: pure, no memory.
[[nodiscard]] Judgement judge(const Evidence &evidence, const Sight &sight,
                              const Thresholds &thresholds, MonoTime now);

} // namespace heartline::liveness
