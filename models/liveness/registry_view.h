// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/effects.h"
#include "liveness/judgement.h"
#include "liveness/newcomers.h"
#include "liveness/read_budget.h"
#include "liveness/registry_clock.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace heartline::liveness {

/// One registry as the core sees it.
struct RegistryView {
    LinkState link = LinkState::Connecting;
    RegistryClock clock;
    Sight sight;

    /// Its link stands, but its records cannot be read.
    bool failing = false;
    /// What agents that are silent have in common, as last looked at.
    effect::SilenceCause cause = effect::SilenceCause::ItsOwn;
    std::optional<MonoTime> causeAt;

    /// While there is no sight: when it was lost, and as what.
    MonoTime blindSince;
    /// The last proof that it hears before that.
    MonoTime heardBeforeBlind;
    /// When its link was last told to be lost.
    MonoTime linkLostAt;
    LinkState blindAs = LinkState::Connecting;
    /// The last proof that it hears: when the last good read was asked for, or a beat was heard.
    MonoTime heardAt;
    /// When the last answer was asked for that may be a cache's: that proves no hearing.
    MonoTime oldAnswerAt;
    /// When the stream last told a beat of others.
    std::optional<MonoTime> othersHeardAt;
    /// When the last good read was asked for.
    MonoTime goodReadAt;
    /// False before the first good read: of the time before we know nothing.
    bool everHeard = false;
    /// Until when the gap before it excuses, which goes on where the last one was ours alone.
    MonoTime graceBefore;
    bool gapWasOurs = false;
    /// When the last gap began, as far as we were there and it was one, and how long it was.
    std::optional<MonoTime> unheardFrom;
    Nanoseconds unheard{};
    /// We were there when it began.
    bool gapWasSeen = false;
    /// Reads failed just before its end.
    bool failedInGap = false;
    /// Not our link alone was in trouble: since the last proof that it hears, and in the last gap.
    bool wasIll = false;
    bool illInGap = false;
    /// Since when it is in trouble for which its alert is due; nothing after a good read.
    std::optional<MonoTime> troubleSince;
    /// As last told by SightChanged.
    LinkState told = LinkState::Connecting;
    /// Somebody's beat lies well inside the last blind time: the registry heard, we did not. The
    /// last one known.
    std::optional<MonoTime> heardInGap;
    /// How old the last beats of its other agents were, as last sampled: such as fell silent
    /// together show that it cannot have heard all the while.
    std::vector<Nanoseconds> strangersAges;
    /// Whether others fell silent together during the last gap; nothing before most were read.
    std::optional<bool> leftBehind;
    /// Alerts wait for that: the rest is read as quickly as confirmations are.
    bool alertsWait = false;
    /// When its process was started, if it says so.
    std::optional<MonoTime> startedAt;
    bool seenBefore = false;
    bool explainWanted = false;
    std::optional<MonoTime> explainPendingSince;
    MonoTime explainNotBefore;
    /// It was limited when it was last asked for: a read has its turn first.
    bool explainYields = false;

    bool alerted = false;
    int failuresInRow = 0;
    /// Those of them that were no 429.
    int refusalsInRow = 0;
    /// The first of them: when. The first that was no 429, where there is one: whose record it was
    /// (nothing for a list), and whether others failed since.
    MonoTime failingSince;
    std::optional<std::uint32_t> failedFirst;
    bool severalFailed = false;
    /// Whether most of ours beat on while reads fail, as last weighed.
    std::optional<MonoTime> beatsWeighedAt;
    bool beatOn = false;
    /// One of them had worked when it was last asked for.
    bool failedAnew = false;
    /// Only the list fails: a record tells whether it is the registry.
    bool opinionWanted = false;
    int listFailuresInRow = 0;
    /// Records that failed since the last that was read by itself.
    int recordFailuresInRow = 0;
    /// Whose was the first of them, and whether others' failed since, or there is no other.
    std::optional<WatchIndex> recordFailedFirst;
    bool severalRecordsFailed = false;
    /// Records that were read by themselves since the last that failed.
    int recordsInRow = 0;
    /// One was answered by 429.
    bool recordsLimited = false;
    /// Several failed: since when a list is asked for to tell whether others work.
    std::optional<MonoTime> listTriedSince;
    /// Records of ours, or of others, that came with the list that is under way.
    std::size_t listed = 0;
    /// Agents whose records miss what the stream told of them: how many, and since when.
    std::size_t contradicting = 0;
    std::optional<MonoTime> contradictedSince;
    /// When the first beat that was missed was heard: old records are older than that.
    std::optional<MonoTime> missedSince;
    /// Until when its records were last known to be old.
    std::optional<MonoTime> oldUntil;
    /// The last dispute ended as nobody was left to tell: old records may go on.
    bool nobodyTold = false;
    /// Others that are read anew to tell whether it is the registry, and when the record of the
    /// first that agreed was asked for.
    std::vector<WatchIndex> jury;
    std::optional<MonoTime> agreedAt;
    /// Only lists work: all is read by them, and one record now and then tells when that ends.
    bool recordsIll = false;
    /// By limits, of which each makes lists wait, too.
    bool illByLimit = false;
    /// While nothing can be read, lists and records are tried in turn.
    bool triedByList = false;
    /// While reads fail, one is tried now and then.
    MonoTime retryAt;
    int limitsInRow = 0;
    int pausesInRow = 0;

    /// When the list that is under way was asked for, or goes on after its last page.
    std::optional<MonoTime> listPendingSince;
    /// Between two of its pages.
    Nanoseconds listRest{};
    bool listUrgent = false;
    int listAnswers = 0;
    MonoTime lastListAt;
    /// When the last that was good was asked for.
    std::optional<MonoTime> goodListAt;
    bool listWanted = true;
    /// Others may be new since sight was lost: all pages, as soon as no alert waits for records.
    bool pagingWanted = true;
    /// The developer's list is cut off: only paging finds everybody.
    bool listFull = false;
    Newcomers newcomers;
    std::optional<MonoTime> lastPagedAt;
    /// What paging cost last time, in requests.
    std::size_t listPages = 0;
    /// Of late, asking to answer; smoothed.
    Nanoseconds roundTrip{};
    ReadBudget budget;
    std::vector<WatchIndex> watches;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    std::unordered_map<std::string, WatchIndex, Hash, std::equal_to<>> byId;
    /// Watches that may need a read now.
    std::vector<WatchIndex> readQueue;
    /// The next watch to be read only to prove that the registry hears, and when one last was.
    std::size_t proofNext = 0;
    MonoTime proofAskedAt;

    /// Reads of more than one agent, or of one and of the list, have failed just before.
    [[nodiscard]] bool readsFail() const;
    /// Reads failed, so that a short stretch without a proof counts: one is enough in the grace of
    /// an outage, or where it does not fail all the time. Who limits us is not away.
    [[nodiscard]] bool failedLately(MonoTime now) const;
    /// The last good answer, old or not, or beat: our way to it was well.
    [[nodiscard]] MonoTime answeredAt() const { return std::max(heardAt, oldAnswerAt); }
    /// As people see it: a link that stands is none while nothing can be read, or was read yet.
    [[nodiscard]] LinkState shown() const;
};

} // namespace heartline::liveness
