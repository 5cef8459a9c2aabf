// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "protocol/entity_record.h"

#include <optional>

namespace heartline::liveness {

enum class BeatSource {
    Stream, ///< heard as an event, stamped to the nanosecond
    Record, ///< read from the record, cut to whole seconds
};

/// One beat as we know it: somewhere in [earliest, latest] on the registry's clock.
struct BeatFact {
    UtcTime earliest;
    UtcTime latest;
    BeatSource source = BeatSource::Record;
    /// When we came to know of it. A beat lies before that, whatever the clocks say.
    MonoTime heardAt;

    [[nodiscard]] static BeatFact fromStream(UtcTime stamp, MonoTime heardAt);
    [[nodiscard]] static BeatFact fromRecord(UtcTime wholeSecond, MonoTime heardAt);

    /// Certainly another, later beat than `other`.
    [[nodiscard]] bool isNewerThan(const BeatFact &other) const;
    /// It may be the same beat as `other`.
    [[nodiscard]] bool mayBe(const BeatFact &other) const;
};

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
    /// A time ahead of the registry's own that its record showed: told again, it is nothing new.
    std::optional<UtcTime> aheadOfTime;
    std::optional<UtcTime> registeredAt;
    protocol::EntityStatus toldStatus = protocol::EntityStatus::Unstated;
    /// A beat has been heard, or the record shows one well after the registration, which itself
    /// counts as a beat at the registry.
    bool everBeat = false;
    bool gone = false;
    bool gossipCopy = false;
    /// The last record that came: when it was asked for, and when it came.
    std::optional<MonoTime> recordSentAt;
    std::optional<MonoTime> recordReadAt;
    /// A read failed after the last one that came.
    bool lastReadFailed = false;
    std::optional<MonoTime> lastStreamEventAt;
    /// `entity_became_active` events: the agent's connections, no recoveries.
    int connectionsSeen = 0;

    /// Takes a beat in if it is newer. True when it is. `latest` is the registry's time at the
    /// most: what lies beyond it was never a beat's time, and gives way to any other beat.
    bool hear(const BeatFact &beat, std::optional<UtcTime> latest = {});
    /// Takes a record in. True when it shows a newer beat.
    bool read(const RecordFacts &record, MonoTime sentAt, MonoTime receivedAt,
              std::optional<UtcTime> latest = {});
    /// The registry answered that it has no such record.
    void missed(MonoTime sentAt, MonoTime receivedAt);
    /// When anything was last learned about this agent.
    [[nodiscard]] std::optional<MonoTime> newest() const;
};

} // namespace heartline::liveness
