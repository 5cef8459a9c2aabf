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
    /// The stamp from which on the stream told its beats, while the registry's clock goes on.
    std::optional<UtcTime> heardFrom;
    /// The last that it told.
    UtcTime heardUntil;
    /// What the last record showed, and when that beat was made.
    std::optional<UtcTime> recordStamp;
    std::optional<BeatFact> recordBeat;
    /// The last record states no beat at all, as old registries' do: the stream alone tells.
    bool beatUnstated = false;
    /// When the first of the beats was heard that no record shows yet.
    std::optional<MonoTime> unconfirmedSince;
    /// When the record went back to a stamp that was not known, unless it told of something since.
    std::optional<MonoTime> wentBackAt;
    /// When it last went back to one that was known, which only an old copy does.
    std::optional<MonoTime> wasOldAt;
    /// The record misses beats that the stream told long ago; whose fault it is is being found out.
    bool contradicted = false;
    /// The record speaks alone: the stream told beats that it never showed.
    bool streamDoubted = false;
    /// When its record moved on, and it was believed again: what was heard before tells nothing.
    std::optional<MonoTime> trustedFrom;
    std::optional<UtcTime> registeredAt;
    /// When a record first told of that registration.
    std::optional<MonoTime> registrationReadAt;
    protocol::EntityStatus toldStatus = protocol::EntityStatus::Unstated;
    /// A beat has been heard, or the record shows one well after the registration, which itself
    /// counts as a beat at the registry.
    bool everBeat = false;
    /// Records show one, too.
    bool recordBeats = false;
    bool gone = false;
    /// The registry said that it has no such record, so often in a row, and when it was last asked;
    /// its word counts at the second. Whether it said before that the agent was deregistered.
    int missing = 0;
    std::optional<MonoTime> missedAt;
    /// Since when it is missing; and from when until when it was, and so long in all since its last
    /// beat: who is not known is not heard either.
    std::optional<MonoTime> missingSince;
    MonoTime missingFrom;
    std::optional<MonoTime> foundAgainAt;
    Nanoseconds missingFor{};
    bool endTold = false;
    /// Records in a row that say so, too, and when the last was asked for.
    int endsRead = 0;
    MonoTime endReadAt;
    /// When a record, or a beat, last said otherwise after some of them.
    std::optional<MonoTime> endDeniedAt;
    [[nodiscard]] bool isEndOpen() const { return endsRead > 0 && !gone; }
    /// It is to be asked for again until that is sure.
    [[nodiscard]] bool isEndUnsure() const { return endsRead > 0 && endsRead < kEndsRead; }
    /// So many in a row, and no beat meanwhile, end an agent of whose end nothing else told.
    static constexpr int kEndsRead = 16;
    [[nodiscard]] bool isMissing() const { return missing >= 2 && !gone; }
    bool gossipCopy = false;
    /// What was read since then came from a cache or a replica that lags, so that what follows it
    /// may have happened at any time after that.
    std::optional<MonoTime> oldSince;
    /// The last record that came: when it was asked for, and when it came.
    std::optional<MonoTime> recordSentAt;
    std::optional<MonoTime> recordReadAt;
    /// When a record that was asked for later than the last beat was heard last changed to an older
    /// stamp: either lags, or the registry's clock was set. It speaks neither for nor against.
    std::optional<MonoTime> contradictedAt;
    /// When it was asked for before what it shows now was there, so that this was made later.
    std::optional<MonoTime> recordFrom;
    /// The latest stamp that did so since the last beat.
    std::optional<UtcTime> latestContradiction;
    /// When the first, and the last, of those reads was asked for that an answer of their own ended
    /// as failed, since its record last came or the registry came in sight.
    std::optional<MonoTime> unreadSince;
    std::optional<MonoTime> unreadAt;
    std::optional<MonoTime> lastStreamEventAt;
    /// `entity_became_active` events: the agent's connections, no recoveries.
    int connectionsSeen = 0;

    /// Takes a beat in that was heard live. True when it is newer than the last one. `overtaken`: a
    /// record that shows a later beat may have been quicker by so much.
    bool hear(const BeatFact &beat, Nanoseconds overtaken = kOvertaken);
    static constexpr Nanoseconds kOvertaken = 40s;
    /// Takes a record in. True when it shows a newer beat.
    bool read(const RecordFacts &record, MonoTime sentAt, MonoTime receivedAt,
              const RegistryClock &clock);
    /// Its records were old ones since `missedSince`, or since it lacked a beat that was heard.
    void markOld(MonoTime missedSince);
    /// The record wins over what the stream told, until it shows another beat.
    void doubtStream();
    /// The registry answered that it has no such record.
    void missed(MonoTime sentAt);
    /// It answered something that is no record.
    void unread(MonoTime sentAt);
    /// What failed so far failed for all.
    void forgiveUnread();
    /// None that its record showed: what was heard alone may be forged, unless that states none.
    [[nodiscard]] bool neverBeat() const { return !recordBeats && !(beatUnstated && everBeat); }
    /// The record shows the last beat that is known.
    [[nodiscard]] bool showsLastBeat() const;
    /// The record shows a beat that came after that one.
    [[nodiscard]] bool showsBeatSince(const std::optional<BeatFact> &former) const;
    /// When anything was last learned about this agent.
    [[nodiscard]] std::optional<MonoTime> newest() const;

private:
    void denyEnd(MonoTime at);
    /// A record came, of which it was said before that there is none.
    void findAgain(std::optional<MonoTime> askedBefore, MonoTime now);
    void readEnd(bool tombstoned, bool told, bool first, MonoTime sentAt);
    /// Takes the record's stamp in. True when it is that of a newer beat.
    bool readStamp(UtcTime stamp, std::optional<MonoTime> askedBefore, MonoTime sentAt,
                   MonoTime receivedAt, const RegistryClock &clock);
    bool take(const BeatFact &beat);
    /// The stream told beats of before that one and of after it.
    [[nodiscard]] bool toldSince(UtcTime stamp) const;
};

} // namespace heartline::liveness
