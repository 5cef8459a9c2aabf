// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/beat_fact.h"

#include <algorithm>

namespace heartline::liveness {

namespace {
/// A clock that nothing spoke for in that time may have been set since.
constexpr auto kVouchedFor = std::chrono::minutes(10);
constexpr auto kWholeSecond = Nanoseconds(1s) - Nanoseconds(1);
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
    BeatFact beat{wholeSecond, BeatSource::Record, askedAt, readAt, readAt, ClockRank::Firm};
    // A clock makes it narrower, unless it was set meanwhile.
    if (clock.setAt(readAt) >= askedAt || clock.isDoubted(readAt))
        return beat;
    const auto told = clock.when(wholeSecond, wholeSecond + kWholeSecond, readAt);
    if (!told || told->earliest > readAt)
        return beat;
    if (told->latest >= askedAt) {
        const MonoTime lately = std::max(askedAt, readAt - kVouchedFor);
        if (!clock.vouchedSince(lately, readAt))
            return beat; // it may have been set while nobody looked
        beat.earliest = std::max(askedAt, told->earliest);
        beat.latest = std::min(readAt, told->latest);
    } else if (clock.heardSince(askedAt, readAt)) {
        beat.earliest = told->earliest; // it goes right, so the record may be an old one
        beat.restsOn = ClockRank::Stamps;
    }
    return beat;
}

void BeatFact::improve(const RegistryClock &clock, MonoTime now) {
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
