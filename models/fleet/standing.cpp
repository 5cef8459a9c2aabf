// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/standing.h"

#include <algorithm>
#include <tuple>

namespace heartline::fleet {

using liveness::AgentState;
using liveness::Watch;

namespace {

/// Who speaks for the agent: the lowest.
int rankOf(const Watch &watch) {
    if (watch.evidence.gossipCopy)
        return watch.evidence.gone ? 4 : 5;
    switch (watch.judgement.state) {
    case AgentState::Deregistered:
        return 3;
    case AgentState::Unknown:
        return 2;
    case AgentState::Registered:
        return 1; // it may have been registered there once, and beats elsewhere
    default:
        return 0;
    }
}

/// Alive, dead, or neither said.
std::optional<bool> sideOf(const Watch &watch) {
    if (watch.evidence.gossipCopy) {
        if (watch.evidence.gone || watch.evidence.toldStatus == protocol::EntityStatus::Inactive)
            return false;
        return std::nullopt; // "active" of a copy is as old as the last gossip
    }
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

Standing standingOf(const liveness::Core &core, const std::vector<liveness::WatchIndex> &watches) {
    const auto key = [&core](liveness::WatchIndex index) {
        const Watch &watch = core.watch(index);
        return std::tuple(rankOf(watch), liveness::stateNeed(watch.judgement.state), index);
    };
    Standing standing;
    standing.speaker = *std::min_element(watches.begin(), watches.end(),
                                         [&](auto a, auto b) { return key(a) < key(b); });
    const Watch &speaker = core.watch(standing.speaker);
    standing.copiesOnly = speaker.evidence.gossipCopy;
    const auto side = sideOf(speaker);
    for (const liveness::WatchIndex index : watches) {
        const Watch &watch = core.watch(index);
        standing.alerted = standing.alerted || watch.alerted;
        standing.flapping = standing.flapping || watch.flaps.isFlapping();
        standing.doubled = standing.doubled || watch.doubled;
        if (const auto other = sideOf(watch);
            !standing.copiesOnly && side && other && other != side)
            standing.dissent.push_back(index);
    }
    return standing;
}

} // namespace heartline::fleet
