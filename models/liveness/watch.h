// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/beat_rhythm.h"
#include "liveness/events.h"
#include "liveness/flap_counter.h"
#include "liveness/judgement.h"

#include <deque>

namespace heartline::liveness {

/// One agent at one registry.
struct Watch {
    RegistryIndex registry = 0;
    std::string entityId;
    Evidence evidence;
    Judgement judgement;
    /// The last beat that is known before the silence an alert tells of; set while one is raised.
    std::optional<BeatFact> alertedOn;
    bool alerted = false;
    /// It was seen alive, by this run or one before.
    bool seenAlive = false;
    /// A newer beat came since then; and the record shows one, too.
    bool beatenSinceAlert = false;
    bool recordMovedSinceAlert = false;

    /// Proved to be ours, or named by the operator: only these raise alerts.
    bool owned = false;

    FlapCounter flaps;
    /// Up or down as last seen for certain; a blind time is neither.
    std::optional<bool> wasUp;
    BeatRhythm rhythm;
    bool doubled = false;
    /// New connections during the last hour, the oldest first, at most kConnectionsKept.
    std::deque<MonoTime> connections;

    /// A read is out since then.
    std::optional<MonoTime> readPendingSince;
    bool readWanted = false;
    /// A list has held it: the developer's, or a page of all.
    bool wasListed = false;
    /// The last record that was taken in came by one.
    bool readByList = false;
    int failures = 0;
    /// The last time that its record was asked for by itself, that failed.
    bool failsByItself = false;
    MonoTime notBefore;
    /// It stands in its registry's queue of reads, and since when.
    bool queued = false;
    MonoTime queuedAt;
    /// Time alone may change something then; it stands in the core's timetable.
    std::optional<MonoTime> dueAt;

    static constexpr std::size_t kConnectionsKept = 240;
};

} // namespace heartline::liveness
