// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/judgement.h"

#include <algorithm>

namespace heartline::liveness {

std::optional<Age> ageOf(const Evidence &evidence, MonoTime now) {
    if (!evidence.lastBeat)
        return std::nullopt;
    const BeatFact &beat = *evidence.lastBeat;
    return Age{std::max<Nanoseconds>(now - beat.latest, 0ns),
               std::max<Nanoseconds>(now - beat.earliest, 0ns)};
}

namespace {

/// Only time in which the registry was hearing speaks against an agent.
bool isExcused(Nanoseconds age, const Sight &sight, const Thresholds &thresholds, MonoTime now) {
    return sight.gaps.heardBetween(now - age, now) < thresholds.paced(kLongestHearingSeconds);
}

} // namespace

bool mayShareOurLine(Age lastBeat, const Sight &sight, const Thresholds &thresholds, MonoTime now) {
    const auto &cuts = sight.ownCuts.all();
    const MonoTime latest = now - lastBeat.least;
    // Of several in a row any may have silenced it, as it need not have been back before the next.
    const bool silenced = std::any_of(cuts.begin(), cuts.end(), [&](const HearingGaps::Gap &cut) {
        const MonoTime seenAt = &cut == &cuts.back() ? sight.ownCutSeenAt : cut.from;
        return cut.from >= sight.ownCutFrom &&
               latest >= cut.from - thresholds.paced(kSharedBeforeSeconds) &&
               now - lastBeat.most <=
                   std::max(cut.from + thresholds.paced(kSharedAfterSeconds), seenAt);
    });
    if (!silenced)
        return false;
    return sight.gaps.heardBetween(latest, now, sight.ownCuts) <
           thresholds.paced(kLongestHearingSeconds);
}

namespace {

/// Neither its record nor its entry in a list can be read, while others' can: who listened all the
/// while knows of the silence.
bool isHeardOfAlone(const Evidence &evidence, const Sight &sight, const Thresholds &thresholds,
                    MonoTime now) {
    const Nanoseconds longest = thresholds.paced(kLongestHearingSeconds);
    if (!evidence.unreadSince || sight.listTriedAt < evidence.unreadSince || !evidence.lastBeat ||
        !sight.since || !sight.streamSince || sight.outOfDate ||
        *evidence.unreadAt - *evidence.unreadSince < thresholds.paced(kUnreadSeconds))
        return false;
    return now - std::max(*sight.since, *sight.streamSince) >= longest &&
           sight.gaps.heardBetween(evidence.lastBeat->latest, now) >= longest;
}

/// Its registry had no record of it, and heard it as little, until just now.
bool isComingBack(const Evidence &evidence, Nanoseconds age, const Sight &sight,
                  const Thresholds &thresholds, MonoTime now) {
    if (!evidence.foundAgainAt || !evidence.everBeat ||
        now - *evidence.foundAgainAt >= thresholds.paced(kComingBackSeconds) ||
        evidence.lastBeat->earliest > evidence.missingFrom)
        return false;
    return sight.gaps.heardBetween(now - age, now) - evidence.missingFor <
           thresholds.paced(kLongestHearingSeconds);
}

/// What the evidence says of a moment, before it is confirmed.
Judgement weigh(const Evidence &evidence, const Sight &sight, const Thresholds &thresholds,
                MonoTime now) {
    Judgement result;
    if (evidence.gone) {
        result.state = AgentState::Deregistered;
        return result;
    }
    if (evidence.gossipCopy)
        return result; // judged by its home registry alone
    result.age = ageOf(evidence, now);
    result.missing = evidence.isMissing();
    if (result.missing || sight.forgetful)
        return result;
    const auto newest = evidence.newest();
    const bool alone = isHeardOfAlone(evidence, sight, thresholds, now);
    const bool sightedSinceRead =
        !sight.unread && ((sight.since && newest && *newest >= *sight.since) || alone);
    if (!result.age) {
        // A record without a beat: the registry's word is all there is.
        const bool inactive = evidence.toldStatus == protocol::EntityStatus::Inactive;
        if (sightedSinceRead)
            result.state = inactive ? AgentState::Inactive : AgentState::Registered;
        return result;
    }
    if (!newest && !alone)
        return result;
    const Age age = *result.age;

    if (!sightedSinceRead) {
        // Blind: what we knew holds for as long as it would have held anyway, and no longer.
        // What only the stream tells meanwhile holds no longer either.
        const bool fresh = evidence.everBeat && age.most <= thresholds.late &&
                           now - sight.lostAt <= thresholds.late && !sight.outOfDate;
        result.state = fresh ? AgentState::Active : AgentState::Unknown;
        return result;
    }
    if (age.least < thresholds.stale) {
        // What only a clock or two reads place is green for as long as it is so for certain.
        const BeatFact &beat = *evidence.lastBeat;
        const bool placed = beat.restsOn == ClockRank::Firm && !beat.betweenReads;
        const Nanoseconds likely = placed ? age.middle() : age.most;
        result.state = !evidence.everBeat         ? AgentState::Registered
                       : likely > thresholds.late ? AgentState::Late
                                                  : AgentState::Active;
        return result;
    }
    // Its record states no beat: who listened for long enough knows of the silence.
    const bool listened = sight.streamSince && now - *sight.streamSince >= thresholds.stale &&
                          now - *sight.since >= thresholds.stale;
    if (evidence.beatUnstated && !listened &&
        evidence.toldStatus != protocol::EntityStatus::Inactive) {
        if (!evidence.everBeat)
            result.state = AgentState::Registered;
        return result;
    }
    result.neverBeat = evidence.neverBeat();
    // It may only have been unheard: wait for its next beat. A registry that was out for long calls
    // all its agents inactive as soon as it is back, so its word counts no more than the age.
    const bool asking =
        !sight.understood && now - *sight.since < thresholds.paced(kExplainedSeconds);
    if (now < sight.graceUntil && (asking || isExcused(age.least, sight, thresholds, now)))
        return result;
    if (now < sight.ownCutGraceUntil && mayShareOurLine(age, sight, thresholds, now))
        return result;
    if (isComingBack(evidence, age.least, sight, thresholds, now))
        return result;
    // Where nothing but our own clock, or a date that contradicts it, places its beat, the next of
    // anybody's tells better.
    if (evidence.lastBeat->restsOn == ClockRank::OwnClock &&
        now - *sight.since < thresholds.paced(kTurnSeconds)) {
        result.needsConfirmation = !newest || now - *newest > thresholds.paced(kTurnSeconds) / 3;
        return result;
    }
    // Its record tells of an older beat than the stream: which is right is being found out.
    if (evidence.contradicted && !alone)
        return result;
    if (evidence.toldStatus == protocol::EntityStatus::Inactive) {
        result.state = AgentState::Inactive;
        return result;
    }

    // Something beats in its record, although we do not understand when.
    if (!alone && evidence.contradictedAt && evidence.recordSentAt &&
        *evidence.recordSentAt - *evidence.contradictedAt < thresholds.stale) {
        result.needsConfirmation = now - *evidence.contradictedAt >= thresholds.stale;
        return result;
    }
    result.state = age.least >= thresholds.inactive ? AgentState::Inactive : AgentState::Stale;
    return result;
}

} // namespace

Judgement judge(const Evidence &evidence, const Sight &sight, const Thresholds &thresholds,
                MonoTime now) {
    Judgement result = weigh(evidence, sight, thresholds, now);
    if (!isSilent(result.state) || !result.age)
        return result;
    // A record that was asked for when all this was so already shows no other beat.
    if (evidence.recordSentAt &&
        isSilent(weigh(evidence, sight, thresholds, *evidence.recordSentAt).state))
        return result;
    if (isHeardOfAlone(evidence, sight, thresholds, now))
        return result;
    result.needsConfirmation = true;
    // Such an age is no wait for an answer.
    const bool untold = evidence.unreadSince || result.age->least >= thresholds.inactive;
    result.state = untold             ? AgentState::Unknown
                   : result.neverBeat ? AgentState::Registered
                                      : AgentState::Late;
    return result;
}

} // namespace heartline::liveness
