// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/beat_fact.h"
#include "liveness/stamp_memory.h"
#include "protocol/entity_record.h"

#include <optional>

namespace heartline::liveness {

/// Parts of a record that the core judges by.
struct RecordFacts {
    protocol::EntityStatus status = protocol::EntityStatus::Unstated;
    std::optional<UtcTime> registeredAt;
    std::optional<UtcTime> lastHeartbeat;
    bool tombstoned = false;
    bool gossipCopy = false;

    [[nodiscard]] static RecordFacts of(const protocol::EntityRecord &record);
};

/// All that we know of one agent at one registry, each fact with its source and time.
struct Evidence {
    std::optional<BeatFact> lastBeat;
    /// Stamps of beats that were seen before the last one, so that a record which lags behind is
    /// known for what it is.
    StampMemory formerStamps;
    /// What the last record showed, and when that beat was made.
    std::optional<UtcTime> recordStamp;
    std::optional<BeatFact> recordBeat;
    /// When the first of the beats was heard that no record shows yet.
    std::optional<MonoTime> unconfirmedSince;
    /// The record misses beats that the stream told long ago; whose fault it is is being found out.
    bool contradicted = false;
    /// The record speaks alone: the stream told beats that it never showed.
    bool streamDoubted = false;
    std::optional<UtcTime> registeredAt;
    protocol::EntityStatus toldStatus = protocol::EntityStatus::Unstated;
    /// A beat has been heard, or the record shows one well after the registration, which itself
    /// counts as a beat at the registry.
    bool everBeat = false;
    /// Records show one, too.
    bool recordBeats = false;
    bool gone = false;
    bool gossipCopy = false;
    /// The last record that came: when it was asked for, and when it came.
    std::optional<MonoTime> recordSentAt;
    std::optional<MonoTime> recordReadAt;
    /// When a record that was asked for later than the last beat was heard last changed to an older
    /// stamp: either lags, or the registry's clock was set. It speaks neither for nor against.
    std::optional<MonoTime> contradictedAt;
    /// A read failed after the last one that came.
    bool lastReadFailed = false;
    std::optional<MonoTime> lastStreamEventAt;
    /// `entity_became_active` events: the agent's connections, no recoveries.
    int connectionsSeen = 0;

    /// Takes a beat in that was heard live. True when it is newer than the last one.
    bool hear(const BeatFact &beat);
    /// Takes a record in. True when it shows a newer beat.
    bool read(const RecordFacts &record, MonoTime sentAt, MonoTime receivedAt,
              const RegistryClock &clock);
    /// The record wins over what the stream told, until it shows another beat.
    void doubtStream();
    /// The registry answered that it has no such record.
    void missed(MonoTime sentAt, MonoTime receivedAt);
    /// When anything was last learned about this agent.
    [[nodiscard]] std::optional<MonoTime> newest() const;

private:
    /// Takes the record's stamp in. True when it is that of a newer beat.
    bool readStamp(UtcTime stamp, std::optional<MonoTime> askedBefore, MonoTime sentAt,
                   MonoTime receivedAt, const RegistryClock &clock);
    bool take(const BeatFact &beat);
};

} // namespace heartline::liveness
