// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "liveness/registry_clock.h"

namespace heartline::liveness {

enum class BeatSource {
    Stream, ///< heard as an event, stamped to the nanosecond
    Record, ///< read from the record, cut to whole seconds
};

/// One beat as we know it. Its stamp only tells it from others, as the registry's clock may be
/// wrong or be set; when it was made is kept on our own clock, and once known it stays.
struct BeatFact {
    UtcTime stamp;
    BeatSource source = BeatSource::Record;
    /// It was made between these, on our monotonic clock.
    MonoTime earliest;
    MonoTime latest;
    /// When we came to know of it; no earlier than `latest`.
    MonoTime heardAt;
    /// What its place in time rests on: nothing but what we heard and read ourselves (Firm), or a
    /// translation of the stamp, which gives way to that of a better clock.
    ClockRank restsOn = ClockRank::Firm;
    /// It was made between two reads, and no clock that could be relied on made that narrower yet.
    bool betweenReads = false;

    /// An event heard live: made no later than that, and shortly before.
    /// `longestDelay`: for so long it may have been under way, while the stream counts as alive.
    [[nodiscard]] static BeatFact heard(UtcTime stamp, MonoTime heardAt, const RegistryClock &clock,
                                        Nanoseconds longestDelay = kLongestDelay);
    /// A record's stamp, of which nothing is known but itself.
    [[nodiscard]] static BeatFact translated(UtcTime wholeSecond, MonoTime readAt,
                                             const RegistryClock &clock);
    /// A record's stamp that took another's place between the asking for an earlier record and the
    /// answer to this one.
    [[nodiscard]] static BeatFact replacing(UtcTime wholeSecond, MonoTime askedAt, MonoTime readAt,
                                            const RegistryClock &clock);

    /// They are one beat: its event and its record are stamped one after the other, so that these
    /// may lie on both sides of a second's end.
    [[nodiscard]] bool isSameAs(UtcTime otherStamp, BeatSource otherSource) const;
    /// The best single guess.
    [[nodiscard]] MonoTime likely() const;
    /// Takes over what another fact tells of the same beat.
    void narrow(const BeatFact &same);
    /// Places it anew where it rests on a weaker clock than the one that is known now, or on reads
    /// alone.
    void improve(const RegistryClock &clock, MonoTime now);

    /// At the network's own pace: what is longer than that is no delay, but a clock that was set.
    static constexpr Nanoseconds kLongestDelay = 30s;
    /// Where no clock helps, a stamp from before our time may lie so far back.
    static constexpr Nanoseconds kUnknownPast = 300s;
};

} // namespace heartline::liveness
