// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/effects.h"
#include "liveness/registry_view.h"
#include "liveness/watch.h"

#include <queue>
#include <random>

namespace heartline::liveness {

/// Decides what is true about every agent, from events alone. Holds no socket, timer, file or
/// clock: the time comes in with each event and never goes back. The same code runs live, in tests
/// and in simulation. Thread: one at a time.
class Core {
public:
    /// `seed` is for the little chance there is: when a registry that fails is tried again.
    Core(const Thresholds &thresholds, MonoTime now, std::uint64_t seed = 1);

    [[nodiscard]] RegistryIndex addRegistry(MonoTime now);

    /// The clock of a registry, for the owner to feed with what it observes. Invalid after the next
    /// addRegistry.
    RegistryClock &clock(RegistryIndex registry) { return m_registries[registry].clock; }

    /// Takes an event in; appends what follows from it.
    void handle(const Event &event, MonoTime now, std::vector<Effect> &effects);

    /// When a Tick is next of use; ticks before that cost little and change nothing.
    [[nodiscard]] MonoTime nextDeadline() const;

    [[nodiscard]] const Thresholds &thresholds() const { return m_thresholds; }
    [[nodiscard]] const Watch &watch(WatchIndex index) const { return m_watches[index]; }
    [[nodiscard]] std::size_t watchCount() const { return m_watches.size(); }
    [[nodiscard]] const RegistryView &registry(RegistryIndex index) const {
        return m_registries[index];
    }
    [[nodiscard]] std::size_t registryCount() const { return m_registries.size(); }
    [[nodiscard]] std::optional<WatchIndex> find(RegistryIndex registry,
                                                 std::string_view entityId) const;
    /// What the stream says of this agent is of use: it is watched, or was just registered.
    [[nodiscard]] bool listensFor(RegistryIndex registry, std::string_view entityId) const;
    /// What is worth keeping of an agent beyond the end of the program.
    [[nodiscard]] event::Remembered remember(WatchIndex index) const;
    /// New connections of the agent during the hour before `now`.
    [[nodiscard]] int connectionsLastHour(WatchIndex index, MonoTime now) const;

    /// No frame, pong or answer for this long is silence: the registry's own state. Real time, at
    /// any pace: it is about our link.
    static constexpr Nanoseconds kSilenceBudget = 25s;
    static constexpr double kGraceSeconds = kComingBackSeconds;
    /// After a shorter outage every living agent is back before it is stale: a period, the outage,
    /// and a backoff that is no longer than the outage was, make less than 90 s.
    static constexpr double kShortOutageSeconds = 25;
    /// One that reads which failed bear witness of; the next may follow at once.
    static constexpr double kBriefOutageSeconds = 8;
    /// Between a link and the first good answer ever.
    static constexpr double kUnprovedSeconds = 2;
    /// Hearing is proved at least so often, in seconds at the network's own pace.
    static constexpr double kProofSeconds = 10;
    /// While agents may still be coming back from an outage: the next may keep them from it,
    /// however short it is.
    static constexpr double kProofInGraceSeconds = 3;
    /// While single records are limited.
    static constexpr double kLimitedProofSeconds = 60;
    /// While old records are given out, one of who beats is asked for so often.
    static constexpr double kAgreementSeconds = 2;
    /// Failures in a row that are the registry's and no longer one agent's.
    static constexpr int kFailing = 3;

private:
    using Effects = std::vector<Effect>;
    void on(const event::BeatHeard &event, MonoTime now, Effects &effects);
    void on(const event::OthersHeard &event, MonoTime now, Effects &effects);
    void on(const event::ConnectionSeen &event, MonoTime now, Effects &effects);
    void on(const event::ChangeHinted &event, MonoTime now, Effects &effects);
    void on(const event::RecordRead &event, MonoTime now, Effects &effects);
    void on(const event::RecordMissing &event, MonoTime now, Effects &effects);
    void on(const event::StrangerRead &event, MonoTime now, Effects &effects);
    void on(const event::ReadFailed &event, MonoTime now, Effects &effects);
    void on(const event::ReadCancelled &event, MonoTime now, Effects &effects);
    void on(const event::ListRead &event, MonoTime now, Effects &effects);
    void on(const event::ListProgress &event, MonoTime now, Effects &effects);
    void on(const event::LinkChanged &event, MonoTime now, Effects &effects);
    void on(const event::EndAccepted &event, MonoTime now, Effects &effects);
    void on(const event::AskedBesides &event, MonoTime now, Effects &effects);
    void on(const event::ReadWanted &event, MonoTime now, Effects &effects);
    void on(const event::OutageExplained &event, MonoTime now, Effects &effects);
    void on(const event::OutageUnexplained &event, MonoTime now, Effects &effects);
    void on(const event::Woke &event, MonoTime now, Effects &effects);
    void on(const event::Remembered &event, MonoTime now, Effects &effects);
    void on(const event::Tick &event, MonoTime now, Effects &effects);

    Watch *find(RegistryIndex registry, std::string_view entityId, WatchIndex &index);
    WatchIndex findOrAdd(RegistryIndex registry, const std::string &entityId, Effects &effects);

    /// It was first read a moment ago, while its stream would have told of beats before: what lags
    /// shows who is new as it was then.
    [[nodiscard]] bool isNewToUs(const Watch &watch, const RegistryView &view, MonoTime now) const;
    /// What the stream tells of it is worth a look at its record, and no more.
    [[nodiscard]] static bool onlyItsRecordTells(const Watch &watch);
    /// False where it is no news.
    bool takeBeat(WatchIndex index, const BeatFact &beat, Effects &effects);

    // core_answers.cpp: what was asked for and never came has failed
    void giveUpLost(WatchIndex index, MonoTime now, Effects &effects);
    void giveUpLostList(RegistryIndex index, MonoTime now, Effects &effects);

    // core.cpp: states
    /// Derives the state anew, the alerts from it, and when to look again.
    void update(WatchIndex index, MonoTime now, Effects &effects);

    // core_alerts.cpp: what follows from a state
    /// A beat of less than 90 s ago stands in its record: the last that was heard may be made up.
    [[nodiscard]] bool isShownLately(const Watch &watch) const;
    void settleAlert(WatchIndex index, Effects &effects);
    /// What the agents there that are silent have in common.
    [[nodiscard]] effect::SilenceCause causeOf(RegistryIndex registry);
    void settleFlaps(WatchIndex index, MonoTime now, Effects &effects);

    // core_sight.cpp: blind times and whose fault they were
    void loseSight(RegistryIndex index, LinkState as, MonoTime since);
    /// What it was that ended: its link or its reads were lost, or its records alone were old.
    enum class Was { Lost, OutOfDate };
    void gainSight(RegistryIndex registry, MonoTime now, Was was = Was::Lost);
    /// It hears at that moment; where too long a time went by without a proof of it, nobody may
    /// have been heard meanwhile. `failed`: reads did not work during it; `lost`: sight was lost.
    void noteGap(RegistryView &view, MonoTime until, bool failed, bool lost = false);
    /// Sight is back. Whether it was our link alone is not known.
    void noteOwnCut(RegistryView &view, MonoTime now);
    /// Most of ours that beat when reads began to fail do so still.
    [[nodiscard]] bool oursBeatOn(RegistryView &view, MonoTime now) const;
    /// Somebody's beat came on the stream.
    void noteHearing(RegistryView &view, const BeatFact &beat, MonoTime now);
    /// Nobody may have been heard since the last proof of it until then: the living are excused.
    void openGap(RegistryView &view, MonoTime from, MonoTime until);
    void tellSight(RegistryIndex index, Effects &effects);
    void updateAll(RegistryIndex index, MonoTime now, Effects &effects);
    void noteBeatInGap(RegistryView &view, const BeatFact &beat, MonoTime now);
    void weighWitnesses(RegistryIndex index, const event::OutageExplained &event, MonoTime now);
    /// Others fell silent together during the gap. Nothing while it is too early to tell.
    [[nodiscard]] std::optional<bool> othersLeftBehind(const RegistryView &view,
                                                       MonoTime now) const;
    [[nodiscard]] bool leftBehind(RegistryView &view, MonoTime now) const;
    void settleGrace(RegistryView &view, MonoTime now);
    /// Only we did not hear, the registry did.
    [[nodiscard]] bool wasOurs(const RegistryView &view) const;
    /// Since when something can be read after the last gap. While there is sight.
    [[nodiscard]] static MonoTime gapEnd(const RegistryView &view);
    /// Since when one that was started anew can hear its agents.
    [[nodiscard]] MonoTime hearingSince(const RegistryView &view) const;
    /// The last that was heard of anybody before the registry's process was started.
    [[nodiscard]] MonoTime outageBegan(const RegistryView &view) const;
    enum class Proves { Nothing, Hearing };
    void readWorked(RegistryIndex index, MonoTime sentAt, MonoTime now, Effects &effects,
                    Proves proves = Proves::Hearing);
    /// What names nobody, where we know somebody, may be the word of a registry that was wiped.
    [[nodiscard]] Proves provedBy(const RegistryView &view, std::size_t named) const;
    /// No agent is known there, or all that were are gone: only its lists are read often.
    [[nodiscard]] bool nobodyIsLeft(const RegistryView &view) const;
    /// 429. False when it was asked together with one that was answered so before.
    static bool noteLimit(RegistryView &view, MonoTime now);
    /// A record could be read by itself.
    void recordWorked(RegistryIndex index);
    struct Failure {
        LinkState as;
        MonoTime askedAt;
        bool limited = false;    ///< 429
        bool limitIsOld = false; ///< to a request of the same burst as the one before
    };
    /// `subject`: whose record it was; nothing for a list, or for nobody that is watched.
    void readDidNotWork(RegistryIndex index, std::optional<WatchIndex> subject, Failure failure,
                        MonoTime now, Effects &effects);
    void settleRegistryAlert(RegistryIndex index, MonoTime now, Effects &effects);

    // core_agreement.cpp: records held against the stream
    /// After a record of it was taken in.
    void holdAgainstStream(WatchIndex index, MonoTime now, Effects &effects);
    [[nodiscard]] bool beatsOnStream(const Watch &watch, MonoTime now) const;
    /// It was registered since then: there is no old record of it.
    [[nodiscard]] static bool isNew(const Watch &watch, const RegistryView &view, MonoTime now);
    /// Its record shows a beat that an old one cannot show.
    [[nodiscard]] bool tells(const Watch &watch, const RegistryView &view, MonoTime now) const;
    void callJury(WatchIndex accuser, MonoTime sentAt, MonoTime now);
    void settleContradiction(RegistryIndex index, MonoTime now, Effects &effects);
    /// The record wins, once it was asked for after another's that agrees.
    void doubtStream(WatchIndex index, MonoTime agreedAt, MonoTime now, Effects &effects);
    /// Of an agent whose record contradicts its stream, while others' agree with theirs.
    enum class Dispute {
        Forged,  ///< its events
        OldCopy, ///< its record, perhaps: the registry gave out old ones not long ago
        Open,    ///< until a list tells
    };
    /// Asks for the list, or pages, that tell.
    [[nodiscard]] Dispute dispute(const Watch &watch, RegistryView &view, MonoTime now) const;
    /// It gave out old records, and may do so again for some of its agents.
    [[nodiscard]] bool wasOldLately(const RegistryView &view, MonoTime now) const;
    /// What its record shows next may have happened before this one was read.
    [[nodiscard]] bool mayStillBeOld(const Watch &watch, const RegistryView &view,
                                     MonoTime now) const;
    /// Whose records missed beats before `since` are read once more.
    void askContradicting(const RegistryView &view, MonoTime since, MonoTime now);
    void endContradiction(RegistryView &view);

    // core_missing.cpp: agents that a registry no longer knows
    /// Until one that ended, or is known to be missing, is asked for again; at the network's pace.
    static constexpr double kMissingSeconds = 60;

    void noteMissed(WatchIndex index, MonoTime sentAt, MonoTime now);
    /// After a list that held all it has.
    void missedInList(RegistryIndex index, MonoTime sentAt, MonoTime now, Effects &effects);
    void settleMissing(RegistryIndex index, MonoTime now, Effects &effects);

    // core_schedule.cpp: who needs a read, and when to look again
    enum class Need { None, Routine, Soon, Confirm };
    [[nodiscard]] Need readNeed(const Watch &watch, const RegistryView &view, MonoTime now) const;
    /// Between two reads of one whose beats may be forged.
    [[nodiscard]] Nanoseconds doubtedRest(const RegistryView &view, MonoTime now) const;
    /// Silent past the mark, ours, and not told yet.
    [[nodiscard]] bool mayBeAccused(const Watch &watch) const;
    /// The first moment at which time alone may change the judgement or the need of a read.
    [[nodiscard]] MonoTime dueAt(const Watch &watch, const RegistryView &view, MonoTime now) const;
    void plan(WatchIndex index, MonoTime now);
    /// It is judged with the rest of the answer that held its record, or by the next tick.
    void weighSoon(WatchIndex index, MonoTime now);
    void weighDue(MonoTime now, Effects &effects);

    // core_reads.cpp: what is read now
    struct DueReads {
        std::vector<std::pair<Need, WatchIndex>> reads;
        std::size_t confirmations = 0;
        /// A list is cheaper than single records: for all of them, for the confirmations alone.
        bool many = false;
        bool manyConfirmations = false;
        /// The registry answers no read.
        bool failing = false;
    };
    [[nodiscard]] static bool isOut(const std::optional<MonoTime> &pendingSince, MonoTime now);
    [[nodiscard]] DueReads takeDueReads(RegistryView &view, MonoTime now);
    void scheduleReads(RegistryIndex index, MonoTime now, Effects &effects);
    void scheduleList(RegistryIndex index, const DueReads &due, MonoTime now, Effects &effects);
    /// Those that need it no less than that.
    void scheduleRecords(RegistryIndex index, DueReads due, Need least, MonoTime now,
                         Effects &effects);
    void scheduleNewcomers(RegistryIndex index, bool confirming, MonoTime now, Effects &effects);
    /// Where nobody's beat comes, a record tells whether the registry hears.
    void scheduleProof(RegistryIndex index, MonoTime now, Effects &effects);
    /// How often hearing is proved, and whether beats do that as well as records.
    [[nodiscard]] static double proofSeconds(const RegistryView &view, MonoTime now);
    [[nodiscard]] static MonoTime provedAt(const RegistryView &view);
    void ask(WatchIndex index, bool urgent, MonoTime now, Effects &effects);

    /// A read that was never answered counts as failed. Real time, at any pace.
    static constexpr Nanoseconds kReadLost = 20s;
    /// Between two lists, in seconds at the network's own pace.
    static constexpr double kListSeconds = 120;

    using Due = std::pair<MonoTime, WatchIndex>;

    const Thresholds m_thresholds;
    std::vector<Watch> m_watches;
    std::vector<RegistryView> m_registries;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> m_timetable;
    MonoTime m_now;
    std::minstd_rand m_random;
};

} // namespace heartline::liveness
