// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/evidence.h"

#include <algorithm>
#include <utility>

namespace heartline::liveness {

namespace {
/// Registering sets last_heartbeat; within this time of it a beat may be no beat.
constexpr auto kRegistrationShadow = std::chrono::seconds(2);

/// What has a stamp by so much before it was made was made up, or its clock was set since.
constexpr auto kWrongStamp = std::chrono::seconds(90);
/// Between two answers that count.
constexpr auto kSecondWord = std::chrono::seconds(1);
/// Where records say now this and now that, one of them may be wrong for long.
constexpr auto kDeniedFor = std::chrono::minutes(15);
constexpr auto kEndWordsApart = std::chrono::seconds(5);
} // namespace

RecordFacts RecordFacts::of(const protocol::EntityRecord &record) {
    return {record.status, record.registeredAt, record.lastHeartbeat, record.tombstoned,
            record.isGossipCopy()};
}

bool Evidence::take(const BeatFact &beat) {
    const bool back = lastBeat && beat.stamp < lastBeat->stamp;
    if (lastBeat)
        formerStamps.keep(lastBeat->stamp, lastBeat->heardAt);
    lastBeat = beat;
    latestContradiction.reset();
    if (beat.source == BeatSource::Stream) {
        if (back || !heardFrom)
            heardFrom = beat.stamp;
        heardUntil = beat.stamp;
    } else if (back) {
        heardFrom.reset();
    }
    return true;
}

bool Evidence::toldSince(UtcTime stamp) const {
    return heardFrom && stamp >= *heardFrom && stamp < heardUntil;
}

bool Evidence::hear(const BeatFact &beat, Nanoseconds overtaken) {
    lastStreamEventAt = beat.heardAt;
    if (streamDoubted || gone)
        return false;
    denyEnd(beat.heardAt);
    everBeat = true;
    if (toldStatus == protocol::EntityStatus::Inactive)
        toldStatus = protocol::EntityStatus::Active; // a beat ends it, at the registry too
    if (!lastBeat) {
        unconfirmedSince = beat.heardAt;
        return take(beat);
    }
    if (lastBeat->isSameAs(beat.stamp, BeatSource::Stream)) {
        // Its record was quicker, and shows it.
        recordBeats = recordBeats || lastBeat->source == BeatSource::Record;
        lastBeat->narrow(beat);
        return false;
    }
    // It may have been overtaken by a record; one that lies much farther back was stamped by a
    // clock that was set.
    const Nanoseconds back = lastBeat->stamp - beat.stamp;
    if (back > 0s && back < overtaken)
        return false;
    unconfirmedSince = unconfirmedSince.value_or(beat.heardAt);
    return take(beat);
}

bool Evidence::read(const RecordFacts &record, MonoTime sentAt, MonoTime receivedAt,
                    const RegistryClock &clock) {
    if (recordSentAt && sentAt < *recordSentAt) { // an older answer that came late
        if (!record.tombstoned && !gone)
            denyEnd(sentAt);
        return false;
    }
    auto askedBefore = std::exchange(recordSentAt, sentAt);
    if (oldSince && askedBefore)
        askedBefore = std::min(*askedBefore, *oldSince);
    recordReadAt = receivedAt;
    forgiveUnread();
    if (isMissing())
        findAgain(askedBefore, receivedAt);
    missing = 0;
    missedAt.reset();
    missingSince.reset();
    readEnd(record.tombstoned, std::exchange(endTold, false), !askedBefore && !registeredAt,
            sentAt);
    gossipCopy = record.gossipCopy;
    const bool anew = record.registeredAt != registeredAt;
    if (anew) {
        // Registered anew: the beats before belong to the former registration.
        const bool beatSince = lastBeat && lastBeat->source == BeatSource::Stream &&
                               record.registeredAt && lastBeat->stamp >= *record.registeredAt;
        if (registeredAt)
            recordBeats = false;
        if (registeredAt && !beatSince)
            everBeat = false;
        registeredAt = record.registeredAt;
        registrationReadAt = receivedAt;
    }
    // A beat heard on the stream after this answer was asked for is newer than its status.
    if (!lastStreamEventAt || *lastStreamEventAt < sentAt)
        toldStatus = record.status;
    beatUnstated = !record.lastHeartbeat;
    if (beatUnstated) {
        // Registering is all that is known to have happened; whatever the stream tells is newer.
        unconfirmedSince.reset();
        if (!lastBeat && registeredAt && !gossipCopy)
            take(BeatFact::translated(*registeredAt, receivedAt, clock));
        return false;
    }
    const UtcTime stamp = *record.lastHeartbeat;
    const bool replaced = recordStamp && *recordStamp != stamp;
    const bool back = recordStamp && stamp < *recordStamp;
    if (!registeredAt || std::chrono::abs(stamp - *registeredAt) > kRegistrationShadow ||
        (replaced && !anew))
        everBeat = recordBeats = true;
    const bool newer = readStamp(stamp, askedBefore, sentAt, receivedAt, clock);
    const bool shown = newer || (lastBeat && lastBeat->isSameAs(stamp, BeatSource::Record));
    if (shown) {
        recordBeats = recordBeats || lastBeat->source == BeatSource::Stream; // one that was heard
        recordBeat = lastBeat;
        unconfirmedSince.reset();
        wentBackAt.reset();
    } else if (replaced || !recordBeat) {
        recordBeat = BeatFact::translated(stamp, receivedAt, clock);
        const auto next = formerStamps.heardAfter(stamp, lastBeat->heardAt);
        if (next && back)
            wasOldAt = receivedAt;
        if (next)
            unconfirmedSince = next; // it lags, but it goes on
        else if (!back && toldSince(stamp))
            unconfirmedSince = unconfirmedSince.value_or(lastBeat->heardAt);
        else if (back) // a backup, or a cache: only beats of from now on tell
            unconfirmedSince.reset();
        if (next)
            wentBackAt.reset();
        else if (back)
            wentBackAt = receivedAt;
    }
    if (streamDoubted && newer) {
        streamDoubted = false;
        trustedFrom = receivedAt;
    }
    return newer;
}

void Evidence::readEnd(bool tombstoned, bool told, bool first, MonoTime sentAt) {
    if (!tombstoned) {
        gone = false;
        denyEnd(sentAt);
        return;
    }
    // Said by records alone it may be the word of one of several that answer; nothing else was ever
    // said where it is the first.
    if (endsRead == 0 || sentAt - endReadAt >= kEndWordsApart) {
        endReadAt = sentAt;
        ++endsRead;
    }
    if (told)
        endsRead = kEndsRead;
    const bool denied = endDeniedAt && sentAt - *endDeniedAt < kDeniedFor;
    gone = gone || told || first || (endsRead >= kEndsRead && !denied);
}

void Evidence::denyEnd(MonoTime at) {
    if (std::exchange(endsRead, 0) > 0)
        endDeniedAt = at;
}

void Evidence::markOld(MonoTime missedSince) {
    oldSince = missedSince;
    if (lastBeat && recordStamp && !showsLastBeat())
        oldSince = std::min(*oldSince, lastBeat->earliest);
}

void Evidence::doubtStream() {
    if (!recordBeat)
        return;
    formerStamps.keep(lastBeat->stamp, lastBeat->heardAt);
    lastBeat = recordBeat;
    if (heardFrom && *heardFrom > lastBeat->stamp)
        heardFrom.reset(); // nothing that it told was true
    everBeat = recordBeats;
    unconfirmedSince.reset();
    streamDoubted = true;
}

bool Evidence::readStamp(UtcTime stamp, std::optional<MonoTime> askedBefore, MonoTime sentAt,
                         MonoTime receivedAt, const RegistryClock &clock) {
    const auto before = std::exchange(recordStamp, stamp);
    const auto beforeFrom = recordFrom;
    if (before != stamp)
        recordFrom = askedBefore;
    if (lastBeat && lastBeat->isSameAs(stamp, BeatSource::Record))
        return false;
    if (before == stamp)
        return false; // the stream is ahead of it
    if (!before || !askedBefore) {
        // First sight: of its place in time only a clock tells.
        const BeatFact seen = BeatFact::translated(stamp, receivedAt, clock);
        // A former stamp that lies ahead of the registry's time orders nothing.
        const auto former =
            lastBeat ? clock.when(lastBeat->stamp, lastBeat->stamp, receivedAt) : std::nullopt;
        const bool formerAhead = former && former->earliest > receivedAt;
        // One that lies ahead as well was made no later than the clock was set.
        const auto told = clock.when(stamp, stamp, receivedAt);
        const bool placed = told && told->earliest <= receivedAt;
        const bool newer = !lastBeat || stamp > lastBeat->stamp ||
                           (placed && (formerAhead || seen.earliest > lastBeat->latest));
        return newer && take(seen);
    }
    // It is newer than the one before, too, unless that has a stamp of another time.
    const auto stamped =
        lastBeat ? clock.when(lastBeat->stamp, lastBeat->stamp, receivedAt) : std::nullopt;
    const bool firm = lastBeat && lastBeat->restsOn == ClockRank::Firm &&
                      (!stamped || stamped->latest >= lastBeat->earliest - kWrongStamp);
    const MonoTime from = firm ? std::max(*askedBefore, lastBeat->earliest) : *askedBefore;
    const BeatFact seen = BeatFact::replacing(stamp, std::min(from, receivedAt), receivedAt, clock);
    // One to which it goes back is no news by itself, whatever was heard meanwhile.
    if (lastBeat && (stamp < lastBeat->stamp || stamp < *before)) {
        // Overtaken by the stream; or the registry's clock was set back; or it is an old record,
        // such as a replica gives that lags.
        const auto told = clock.when(stamp, stamp + 1s, receivedAt);
        // Nor was it made before the one that the record showed until now.
        const MonoTime after = recordBeat ? std::max(from, recordBeat->earliest) : from;
        const bool fits = told && told->latest >= after && told->earliest <= receivedAt;
        // One of the time in which the stream told its beats is an old one, told or lost.
        const bool lags = toldSince(stamp);
        // It goes on by no more than the time in which both were made.
        const bool goesOn =
            stamp > *before && (!beforeFrom || stamp - *before <= receivedAt - *beforeFrom + 5s);
        const bool moves = goesOn && lastBeat->heardAt < *askedBefore && !lags;
        if (lastBeat->heardAt > sentAt)
            return false;
        if (!fits && !moves) {
            // Copies of one record, given out in turn, are no news: who beats by a clock that was
            // set shows ever later stamps.
            if (!latestContradiction || stamp > *latestContradiction) {
                contradictedAt = receivedAt;
                latestContradiction = stamp;
            }
            return false;
        }
    }
    return take(seen);
}

void Evidence::missed(MonoTime sentAt) {
    if ((recordSentAt && sentAt < *recordSentAt) || (missedAt && sentAt - *missedAt < kSecondWord))
        return; // overtaken by something newer, or the same answer once more
    missedAt = sentAt;
    missingSince = missingSince.value_or(sentAt);
    forgiveUnread();
    ++missing;
    gone = gone || (missing >= 2 && endTold);
}

void Evidence::findAgain(std::optional<MonoTime> askedBefore, MonoTime now) {
    if (foundAgainAt && lastBeat && lastBeat->latest > *foundAgainAt)
        missingFor = {};
    // It may be so since the last record that came; in this run, or before it.
    const MonoTime lastKnown = askedBefore ? *askedBefore : lastBeat ? lastBeat->latest : now;
    missingFor += now - std::min(*missingSince, lastKnown);
    missingFrom = *missingSince;
    foundAgainAt = now;
}

void Evidence::unread(MonoTime sentAt) {
    unreadSince = unreadSince.value_or(sentAt);
    unreadAt = sentAt;
}

void Evidence::forgiveUnread() {
    unreadSince.reset();
    unreadAt.reset();
}

bool Evidence::showsLastBeat() const {
    return recordStamp && lastBeat && lastBeat->isSameAs(*recordStamp, BeatSource::Record);
}

bool Evidence::showsBeatSince(const std::optional<BeatFact> &former) const {
    if (!recordStamp || !lastBeat || (former && former->isSameAs(*recordStamp, BeatSource::Record)))
        return false;
    if (lastBeat->isSameAs(*recordStamp, BeatSource::Record))
        return true;
    const auto heardAt = formerStamps.heardAt(*recordStamp); // it lags
    return heardAt && (!former || *heardAt > former->heardAt);
}

std::optional<MonoTime> Evidence::newest() const {
    if (recordReadAt && lastStreamEventAt && !streamDoubted)
        return std::max(*recordReadAt, *lastStreamEventAt);
    return recordReadAt ? recordReadAt : lastStreamEventAt;
}

} // namespace heartline::liveness
