// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/beat_fact.h"

#include <algorithm>

namespace heartline::liveness {

namespace {
constexpr auto kWholeSecond = Nanoseconds(1s) - Nanoseconds(1);

/// Makes a beat narrower that was made between two reads, unless the clock may just have been
/// set. Where it was set between them, the beat was made before that, or when it tells.
void narrowBetweenReads(BeatFact &beat, const RegistryClock &clock, MonoTime now) {
    if (clock.isDoubted(now))
        return;
    const auto told = clock.when(beat.stamp, beat.stamp + kWholeSecond, now);
    if (!told || told->earliest > beat.latest || told->latest < beat.earliest)
        return;
    if (const MonoTime setAt = clock.setAt(now); setAt >= beat.earliest) {
        beat.latest = std::min(beat.latest, std::max(told->latest, setAt));
        return;
    }
    beat.earliest = std::max(beat.earliest, told->earliest);
    beat.latest = std::min(beat.latest, told->latest);
    beat.betweenReads = false;
}
} // namespace

BeatFact BeatFact::heard(UtcTime stamp, MonoTime heardAt, const RegistryClock &clock,
                         Nanoseconds longestDelay) {
    BeatFact beat{stamp,   BeatSource::Stream, heardAt - RegistryClock::kEventDelay, heardAt,
                  heardAt, ClockRank::Firm};
    const auto told = clock.when(stamp, stamp, heardAt);
    if (!told || told->latest < heardAt - longestDelay || told->earliest > heardAt)
        return beat; // such a clock, or stamp, tells nothing
    beat.earliest = std::max(told->earliest, heardAt - longestDelay);
    if (told->latest < heardAt - RegistryClock::kEventDelay)
        beat.latest = told->latest; // it waited in our own socket
    beat.latest = std::max(beat.latest, beat.earliest);
    return beat;
}

BeatFact BeatFact::translated(UtcTime wholeSecond, MonoTime readAt, const RegistryClock &clock) {
    BeatFact beat{wholeSecond, BeatSource::Record, readAt - kUnknownPast, readAt,
                  readAt,      clock.rank(readAt)};
    beat.improve(clock, readAt);
    return beat;
}

BeatFact BeatFact::replacing(UtcTime wholeSecond, MonoTime askedAt, MonoTime readAt,
                             const RegistryClock &clock) {
    BeatFact beat{wholeSecond, BeatSource::Record, askedAt, readAt, readAt, ClockRank::Firm, true};
    const auto told = clock.when(wholeSecond, wholeSecond + kWholeSecond, readAt);
    if (told && told->latest < askedAt && !clock.mayHaveBeenSet(askedAt, readAt) &&
        clock.heardSince(std::min(askedAt, readAt - clock.vouchedFor()), readAt)) {
        beat.earliest = told->earliest; // it goes right, so the record may be an old one
        beat.restsOn = ClockRank::Stamps;
        beat.betweenReads = false;
    } else {
        narrowBetweenReads(beat, clock, readAt);
    }
    return beat;
}

void BeatFact::improve(const RegistryClock &clock, MonoTime now) {
    if (betweenReads)
        narrowBetweenReads(*this, clock, now);
    const ClockRank rank = clock.rank(now);
    const bool same = rank == restsOn && now != heardAt;
    if (restsOn == ClockRank::Firm || rank < restsOn || same)
        return;
    const auto told = clock.when(stamp, stamp + kWholeSecond, now);
    if (!told)
        return;
    // A clock that may just have been set gives way to any.
    restsOn = clock.isDoubted(now) ? ClockRank::None : rank;
    if (told->earliest > heardAt) { // ahead of time: it was made before we read it, and that is all
        earliest = heardAt - kUnknownPast;
        latest = heardAt;
        return;
    }
    earliest = told->earliest;
    latest = std::min(told->latest, heardAt);
}

void BeatFact::narrow(const BeatFact &same) {
    const MonoTime from = std::max(earliest, same.earliest);
    const MonoTime to = std::min(latest, same.latest);
    if (from > to && restsOn == ClockRank::Firm)
        return;
    earliest = from <= to ? from : same.earliest;
    latest = from <= to ? to : same.latest;
    restsOn = ClockRank::Firm;
    betweenReads = false;
}

bool BeatFact::isSameAs(UtcTime otherStamp, BeatSource otherSource) const {
    if (source == otherSource)
        return stamp == otherStamp;
    const auto event = source == BeatSource::Stream ? stamp : otherStamp;
    const auto record = source == BeatSource::Stream ? otherStamp : stamp;
    const Nanoseconds after = std::chrono::floor<std::chrono::seconds>(event) - record;
    return after == 0s || after == 1s;
}

MonoTime BeatFact::likely() const {
    return source == BeatSource::Stream ? latest : earliest + (latest - earliest) / 2;
}

} // namespace heartline::liveness
