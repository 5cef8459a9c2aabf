// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/standing.h"

#include <algorithm>
#include <tuple>

namespace heartline::liveness {

namespace {

/// Who speaks for the agent: the lowest.
int rankOf(const Watch &watch) {
    if (watch.evidence.gossipCopy)
        return watch.evidence.gone ? 5 : 6;
    if (watch.judgement.neverBeat)
        return 2; // as one that was just registered
    switch (watch.judgement.state) {
    case AgentState::Active:
    case AgentState::Late:
        return 0;
    case AgentState::Stale:
    case AgentState::Inactive:
        return 1;
    case AgentState::Registered:
        return 2; // it may have been registered there once, and beats elsewhere
    case AgentState::Unknown:
        return 3;
    case AgentState::Deregistered:
        return 4;
    }
    return 4;
}

/// Alive, dead, or neither said.
std::optional<bool> sideOf(const Watch &watch) {
    if (watch.evidence.gossipCopy) {
        if (watch.evidence.gone || watch.evidence.toldStatus == protocol::EntityStatus::Inactive)
            return false;
        return std::nullopt; // "active" of a copy is as old as the last gossip
    }
    if (watch.judgement.neverBeat)
        return std::nullopt;
    switch (watch.judgement.state) {
    case AgentState::Active:
    case AgentState::Late:
        return true;
    case AgentState::Stale:
    case AgentState::Inactive:
        return false;
    default:
        return std::nullopt;
    }
}

} // namespace

bool beatsElsewhere(const Core &core, const std::vector<WatchIndex> &watches, WatchIndex here) {
    return std::any_of(watches.begin(), watches.end(), [&](WatchIndex other) {
        const Evidence &evidence = core.watch(other).evidence;
        return other != here && evidence.recordBeats && !evidence.gone;
    });
}

bool aliveElsewhere(const Core &core, const std::vector<WatchIndex> &watches, WatchIndex here) {
    // What it has beaten since the alert is not confirmed here.
    const Watch &silent = core.watch(here);
    const auto &last = silent.alertedOn ? silent.alertedOn : silent.evidence.lastBeat;
    return std::any_of(watches.begin(), watches.end(), [&](WatchIndex other) {
        const Watch &watch = core.watch(other);
        // One that died beats on a little longer here than there.
        return other != here && last && !watch.evidence.gossipCopy && !watch.alerted &&
               sideOf(watch) == true &&
               watch.evidence.lastBeat->latest - last->latest > core.thresholds().late;
    });
}

Standing standingOf(const Core &core, const std::vector<WatchIndex> &watches) {
    const auto key = [&core](WatchIndex index) {
        const Watch &watch = core.watch(index);
        return std::tuple(rankOf(watch), stateNeed(watch.judgement.state), index);
    };
    Standing standing;
    standing.speaker = *std::min_element(watches.begin(), watches.end(),
                                         [&](auto a, auto b) { return key(a) < key(b); });
    const Watch &speaker = core.watch(standing.speaker);
    standing.copiesOnly = speaker.evidence.gossipCopy;
    const auto side = sideOf(speaker);
    for (const WatchIndex index : watches) {
        const Watch &watch = core.watch(index);
        const bool only = (watch.judgement.neverBeat && beatsElsewhere(core, watches, index)) ||
                          aliveElsewhere(core, watches, index);
        standing.alerted = standing.alerted || (watch.alerted && !only);
        standing.flapping = standing.flapping || watch.flaps.isFlapping();
        standing.doubled = standing.doubled || watch.doubled;
        if (const auto other = sideOf(watch);
            !standing.copiesOnly && side && other && other != side)
            standing.dissent.push_back(index);
    }
    return standing;
}

} // namespace heartline::liveness
