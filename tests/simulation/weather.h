// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <optional>
#include <vector>

namespace heartline::simulation {

/// What is wrong between dashboard and registry just now.
struct Weather {
    bool cut = false;
    bool blackhole = false;
    bool strip = false;
    double dropEvents = 0; ///< share of events that are lost
    Nanoseconds latencyLow = 5ms;
    Nanoseconds latencyHigh = 60ms;
    /// Share of answers that are none, and what comes instead.
    double refusals = 0;
    enum class Refusal { ServerError, RateLimit, Garbage } refusal = Refusal::ServerError;
    /// The clocks of what answers in front of the registry: off by so much each, standing still
    /// since then, or not told at all.
    std::vector<Nanoseconds> frontClocks{Nanoseconds{}};
    std::optional<UtcTime> frontStandsAt;
    /// One answer in ten is dated by a clock that is off by so much.
    Nanoseconds rarelyOff{};
    /// Single records are refused, by errors or by 429; lists are not.
    bool noRecords = false;
    bool recordsLimited = false;
    /// When the first was refused by an error, which looks like a database that is away.
    std::optional<Nanoseconds> refusedAt{};
    /// Records and lists are those of the time when that began; only while there is a stream that
    /// could tell.
    bool cached = false;
    /// Every answer is one that a cache kept, and says so.
    bool kept = false;
    /// Another registry answers, which is known by its id; the link never was its.
    bool other = false;
    /// So many requests a minute are answered, half of them at once; the others get 429. 0: all.
    double perMinute = 0;
    /// How long it runs, and when others beat, is not told.
    bool unexplained = false;
    bool noLists = false;
    /// One whose record is refused, and cannot be read in lists; one that half of the answers call
    /// deregistered. -1: none.
    int ill = -1;
    int mislabelled = -1;
    /// Share of requests that end in nothing: no answer, no error, no time-out.
    double lostReads = 0;
    [[nodiscard]] bool passes() const { return !cut && !blackhole; }
};

} // namespace heartline::simulation
