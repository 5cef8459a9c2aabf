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
    /// Nothing could be read of it yet.
    bool unread = false;
    /// When the trouble began in which it cannot be read: nothing good was read since. While that
    /// is so.
    MonoTime lostAt;
    /// Since when its stream is open; nothing while there is none.
    std::optional<MonoTime> streamSince;
    /// Until then its agents are excused for what was not heard during the last gap: the registry
    /// itself may have been frozen, or its database away, and then it heard nobody.
    MonoTime graceUntil;
    /// Records can be read, but are older than what the stream tells: neither is believed.
    bool outOfDate = false;
    /// It no longer knows most of our agents: nothing that it says is believed.
    bool forgetful = false;
    /// When the last list of all was asked for that is through, or failed by itself.
    std::optional<MonoTime> listTriedAt;
    /// When nobody may have been heard.
    HearingGaps gaps;
    /// Cuts of our own link, or our sleep: who fell silent at the beginning of the last, or of the
    /// first of several of which each came within the grace of the one before, may share our
    /// machine or line, and has until then to come back.
    HearingGaps ownCuts;
    MonoTime ownCutFrom;
    /// When the last one was seen, which began before that.
    MonoTime ownCutSeenAt;
    MonoTime ownCutGraceUntil;
    /// Whose fault it was is known, and everything was read since: until then all are excused.
    bool understood = false;
};

struct Judgement {
    AgentState state = AgentState::Unknown;
    std::optional<Age> age;
    /// Past the stale mark, but the record has not been read since then: read it now.
    bool needsConfirmation = false;
    /// Past the stale mark since it was registered, and no record ever showed a beat.
    bool neverBeat = false;
    /// The registry says that it has no such agent, and never said that it was deregistered.
    bool missing = false;
};

/// Within so long everybody who beats has beaten, in seconds at the network's own pace.
inline constexpr double kTurnSeconds = 36;
/// Who shares our line fell silent so long before we saw that it was cut, or after: a period, and
/// what it takes to see it, as answers that come in between hide when it began.
inline constexpr double kSharedBeforeSeconds = 60;
inline constexpr double kSharedAfterSeconds = 25;
/// An agent gets so long to come back to a registry that was away, or did not know it: backoff goes
/// up to 60 s, and a handshake follows. Seconds at the network's own pace.
inline constexpr double kComingBackSeconds = 75;
/// Who was not heard for so long while the registry was hearing is accused, whatever happens to it
/// ever again. Seconds at the network's own pace.
inline constexpr double kLongestHearingSeconds = 150;
/// So long whose fault an outage was is waited for before anybody is accused, at the network's
/// pace.
inline constexpr double kExplainedSeconds = 15;
/// Whose record could not be read again and again for so long, and was not heard for the time
/// above, is accused by the stream alone. Seconds at the network's own pace.
inline constexpr double kUnreadSeconds = 60;

/// Nothing before a beat is known.
[[nodiscard]] std::optional<Age> ageOf(const Evidence &evidence, MonoTime now);

/// It fell silent as our own line was cut, or our machine fell asleep: it may share that.
/// `lastBeat`: how long ago that may have been.
[[nodiscard]] bool mayShareOurLine(Age lastBeat, const Sight &sight, const Thresholds &thresholds,
                                   MonoTime now);

/// The whole truth table: pure, no memory.
[[nodiscard]] Judgement judge(const Evidence &evidence, const Sight &sight,
                              const Thresholds &thresholds, MonoTime now);

} // namespace heartline::liveness
