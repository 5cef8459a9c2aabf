// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/judgement.h"

#include <algorithm>

namespace heartline::liveness {

std::optional<Age> ageOf(const Evidence &evidence, const RegistryClock &clock, MonoTime now) {
    if (!evidence.lastBeat)
        return std::nullopt;
    const BeatFact &beat = *evidence.lastBeat;
    // A beat lies before we heard of it: true whatever the clocks do.
    const Nanoseconds sinceHeard = std::max<Nanoseconds>(now - beat.heardAt, 0ns);
    if (!clock.isKnown())
        return beat.source == BeatSource::Stream ? std::optional(Age{sinceHeard, sinceHeard})
                                                 : std::nullopt;
    Age age{clock.earliest(now) - beat.latest, clock.latest(now) - beat.earliest};
    age.least = std::max(age.least, sinceHeard);
    age.most = std::max(age.most, age.least);
    return age;
}

namespace {

/// Only time in which the registry was hearing speaks against an agent.
bool isExcused(Nanoseconds age, const HearingGaps &gaps, const Thresholds &thresholds,
               MonoTime now) {
    const MonoTime lastBeat = now - age;
    const auto gap = gaps.last();
    return gaps.heardBetween(lastBeat, gap ? gap->from : now) < thresholds.stale &&
           gaps.heardBetween(lastBeat, now) < thresholds.paced(kLongestHearingSeconds);
}

} // namespace

Judgement judge(const Evidence &evidence, const RegistryClock &clock, const Sight &sight,
                const Thresholds &thresholds, MonoTime now) {
    Judgement result;
    if (evidence.gone) {
        result.state = AgentState::Deregistered;
        return result;
    }
    if (evidence.gossipCopy)
        return result; // judged by its home registry alone
    result.age = ageOf(evidence, clock, now);
    const auto newest = evidence.newest();
    if (!newest || !result.age)
        return result;
    const Age age = *result.age;
    const bool sightedSinceRead = sight.since && *newest >= *sight.since;

    if (!sightedSinceRead) {
        // Blind: what we knew holds for as long as it would have held anyway, and no longer.
        result.state = evidence.everBeat && age.most <= thresholds.late ? AgentState::Active
                                                                        : AgentState::Unknown;
        return result;
    }
    if (!evidence.everBeat) {
        result.state = AgentState::Registered;
        return result;
    }
    if (age.least < thresholds.stale) {
        result.state = age.middle() > thresholds.late ? AgentState::Late : AgentState::Active;
        return result;
    }
    // It may only have been unheard: wait for its next beat. A registry that was out for long calls
    // all its agents inactive as soon as it is back, so its word counts no more than the age.
    if (now < sight.graceUntil &&
        (!sight.understood || isExcused(age.least, sight.gaps, thresholds, now)))
        return result;
    // What was read of one that was excused speaks of the time before the excuse ended.
    const bool excusedTillLately =
        isExcused(age.least - (now - sight.graceUntil), sight.gaps, thresholds, sight.graceUntil);
    if (now >= sight.graceUntil && excusedTillLately &&
        age.least - (now - sight.graceUntil) >= thresholds.stale &&
        (!evidence.recordSentAt || *evidence.recordSentAt < sight.graceUntil)) {
        result.needsConfirmation = true;
        return result;
    }
    if (evidence.toldStatus == protocol::EntityStatus::Inactive) {
        result.state = AgentState::Inactive;
        return result;
    }

    const BeatFact &beat = *evidence.lastBeat;
    const auto ageWhenAsked =
        evidence.recordSentAt ? ageOf(evidence, clock, *evidence.recordSentAt) : std::nullopt;
    const bool confirmed = ageWhenAsked && *evidence.recordSentAt > beat.heardAt &&
                           ageWhenAsked->least >= thresholds.stale;
    // A record that was itself the source of the beat confirms it when it is old enough already.
    const bool oldWhenRead =
        beat.source == BeatSource::Record && ageWhenAsked && clock.isKnown() &&
        clock.earliest(*evidence.recordSentAt) - beat.latest >= thresholds.stale;
    if (!confirmed && !oldWhenRead) {
        result.needsConfirmation = true;
        result.state = evidence.lastReadFailed ? AgentState::Unknown : AgentState::Late;
        return result;
    }
    result.state = age.least >= thresholds.inactive ? AgentState::Inactive : AgentState::Stale;
    return result;
}

} // namespace heartline::liveness
