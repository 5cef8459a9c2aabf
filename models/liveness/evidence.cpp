// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/evidence.h"

#include <algorithm>

namespace heartline::liveness {

namespace {
/// Registering sets last_heartbeat; within this time of it a beat may be no beat.
constexpr auto kRegistrationShadow = std::chrono::seconds(2);
} // namespace

BeatFact BeatFact::fromStream(UtcTime stamp, MonoTime heardAt) {
    return {stamp, stamp, BeatSource::Stream, heardAt};
}

BeatFact BeatFact::fromRecord(UtcTime wholeSecond, MonoTime heardAt) {
    return {wholeSecond, wholeSecond + 1s - 1ns, BeatSource::Record, heardAt};
}

bool BeatFact::isNewerThan(const BeatFact &other) const {
    return earliest > other.latest;
}

bool BeatFact::mayBe(const BeatFact &other) const {
    return earliest <= other.latest && other.earliest <= latest;
}

RecordFacts RecordFacts::of(const protocol::EntityRecord &record) {
    return {record.status, record.registeredAt, record.lastHeartbeat, record.tombstoned,
            record.isGossipCopy()};
}

bool Evidence::hear(const BeatFact &beat, std::optional<UtcTime> latest) {
    if (beat.source == BeatSource::Stream) {
        everBeat = true;
        lastStreamEventAt = beat.heardAt;
        gone = false;
        if (toldStatus == protocol::EntityStatus::Inactive)
            toldStatus = protocol::EntityStatus::Active; // a beat ends it, at the registry too
    }
    const bool impossible = lastBeat && latest && lastBeat->earliest > *latest;
    if (lastBeat && !beat.isNewerThan(*lastBeat) && (!impossible || beat.mayBe(*lastBeat)))
        return false;
    lastBeat = beat;
    return true;
}

bool Evidence::read(const RecordFacts &record, MonoTime sentAt, MonoTime receivedAt,
                    std::optional<UtcTime> latest) {
    if (recordSentAt && sentAt < *recordSentAt)
        return false; // an older answer that came late
    recordSentAt = sentAt;
    recordReadAt = receivedAt;
    lastReadFailed = false;
    gone = record.tombstoned;
    gossipCopy = record.gossipCopy;
    if (record.registeredAt != registeredAt) {
        // Registered anew: the beats before belong to the former registration.
        const bool beatSince = lastBeat && lastBeat->source == BeatSource::Stream &&
                               record.registeredAt && lastBeat->earliest >= *record.registeredAt;
        if (registeredAt && !beatSince)
            everBeat = false;
        registeredAt = record.registeredAt;
    }
    // A beat heard on the stream after this answer was asked for is newer than its status.
    if (!lastStreamEventAt || *lastStreamEventAt < sentAt)
        toldStatus = record.status;
    if (!record.lastHeartbeat)
        return false;
    if (!registeredAt || *record.lastHeartbeat - *registeredAt > kRegistrationShadow)
        everBeat = true;
    if (latest && *record.lastHeartbeat > *latest) {
        if (aheadOfTime == record.lastHeartbeat)
            return false;
        aheadOfTime = record.lastHeartbeat;
    }
    return hear(BeatFact::fromRecord(*record.lastHeartbeat, receivedAt), latest);
}

void Evidence::missed(MonoTime sentAt, MonoTime receivedAt) {
    if ((recordSentAt && sentAt < *recordSentAt) ||
        (lastStreamEventAt && *lastStreamEventAt > sentAt))
        return; // overtaken by something newer
    recordSentAt = sentAt;
    recordReadAt = receivedAt;
    lastReadFailed = false;
    gone = true;
}

std::optional<MonoTime> Evidence::newest() const {
    if (recordReadAt && lastStreamEventAt)
        return std::max(*recordReadAt, *lastStreamEventAt);
    return recordReadAt ? recordReadAt : lastStreamEventAt;
}

} // namespace heartline::liveness
