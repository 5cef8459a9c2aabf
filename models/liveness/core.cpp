// SPDX-License-Identifier: GPL-3.0-or-later
// What events do to evidence and states.
#include "liveness/core.h"

#include <algorithm>

namespace heartline::liveness {

namespace {
/// A list may lag behind the stream by so much.
constexpr auto kNewcomersShow = std::chrono::seconds(30);
/// Between two reads of one that is said to have ended.
constexpr double kEndAgainSeconds = 6;
/// Between two reads for beats that may be forged; at the network's own pace.
constexpr double kDoubtedSeconds = 3;
/// A record that was read longer ago confirms no silence; real time.
constexpr auto kConfirms = std::chrono::seconds(5);
} // namespace

Core::Core(const Thresholds &thresholds, MonoTime now, std::uint64_t seed)
    : m_thresholds(thresholds), m_now(now),
      m_random(static_cast<std::minstd_rand::result_type>(seed)) {}

RegistryIndex Core::addRegistry(MonoTime now) {
    RegistryView &view = m_registries.emplace_back();
    view.blindSince = now;
    view.sight.lostAt = now;
    view.sight.unread = true;

    view.heardBeforeBlind = now;
    view.heardAt = now;
    view.proofAskedAt = now;
    view.troubleSince = now;
    view.lastListAt = now;
    return static_cast<RegistryIndex>(m_registries.size() - 1);
}

std::optional<WatchIndex> Core::find(RegistryIndex registry, std::string_view entityId) const {
    const auto &byId = m_registries[registry].byId;
    const auto it = byId.find(entityId);
    return it == byId.end() ? std::nullopt : std::optional(it->second);
}

Watch *Core::find(RegistryIndex registry, std::string_view entityId, WatchIndex &index) {
    const auto found = std::as_const(*this).find(registry, entityId);
    if (!found)
        return nullptr;
    index = *found;
    return &m_watches[index];
}

bool Core::listensFor(RegistryIndex registry, std::string_view entityId) const {
    return find(registry, entityId) || m_registries[registry].newcomers.contains(entityId);
}

WatchIndex Core::findOrAdd(RegistryIndex registry, const std::string &entityId, Effects &effects) {
    WatchIndex index = 0;
    if (find(registry, entityId, index))
        return index;
    index = static_cast<WatchIndex>(m_watches.size());
    Watch &added = m_watches.emplace_back();
    added.registry = registry;
    added.entityId = entityId;
    RegistryView &view = m_registries[registry];
    view.watches.push_back(index);
    view.byId.emplace(entityId, index);
    effects.emplace_back(effect::WatchAdded{index});
    if (const auto *newcomer = view.newcomers.find(entityId); newcomer && newcomer->beat) {
        const BeatFact beat = *newcomer->beat;
        if (m_watches[index].evidence.hear(beat, m_thresholds.paced(Evidence::kOvertaken)))
            effects.emplace_back(effect::BeatSeen{index, beat});
    }
    view.newcomers.remove(entityId);
    return index;
}

event::Remembered Core::remember(WatchIndex index) const {
    const Watch &watch = m_watches[index];
    const Evidence &evidence = watch.evidence;
    // One that no record shows may be forged.
    const bool known = evidence.showsLastBeat() || !evidence.recordBeat;
    return {watch.registry,        watch.entityId,
            evidence.registeredAt, known ? evidence.lastBeat : evidence.recordBeat,
            evidence.recordBeats,  evidence.gone,
            watch.alerted,         watch.owned};
}

int Core::connectionsLastHour(WatchIndex index, MonoTime now) const {
    const auto &seen = m_watches[index].connections;
    return static_cast<int>(std::count_if(seen.begin(), seen.end(), [&](MonoTime at) {
        return now - at < m_thresholds.paced(3600);
    }));
}

void Core::handle(const Event &event, MonoTime now, Effects &effects) {
    m_now = std::max(m_now, now);
    std::visit([&](const auto &e) { on(e, m_now, effects); }, event);
}

void Core::on(const event::BeatHeard &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    const BeatFact beat =
        BeatFact::heard(event.stamp, now, view.clock, m_thresholds.paced(BeatFact::kLongestDelay));
    WatchIndex index = 0;
    if (!find(event.registry, event.entityId, index)) {
        if (auto *newcomer = view.newcomers.find(event.entityId))
            newcomer->beat = beat;
        return;
    }
    noteHearing(view, beat, now);
    const bool taken = takeBeat(index, beat, effects);
    // One that was no more may have been registered anew: its record tells.
    // Nor is it believed by itself where beats were forged, or may have been.
    Watch &watch = m_watches[index];
    if (onlyItsRecordTells(watch) || (!taken && watch.alerted) || view.clock.wantsRecord(now)) {
        watch.readWanted = true;
        // Forged ones come in any number.
        if (now >= watch.notBefore && watch.evidence.recordReadAt && !watch.evidence.gone)
            watch.notBefore = *watch.evidence.recordReadAt + m_thresholds.paced(kDoubtedSeconds);
        plan(index, now);
    }
    noteBeatInGap(view, beat, now);
    update(index, now, effects);
}

void Core::on(const event::OthersHeard &event, MonoTime now, Effects &) {
    RegistryView &view = m_registries[event.registry];
    const BeatFact beat =
        BeatFact::heard(event.stamp, now, view.clock, m_thresholds.paced(BeatFact::kLongestDelay));
    view.othersHeardAt = beat.latest;
    if (view.sight.forgetful)
        return; // it hears others, and knows none of ours
    noteHearing(view, beat, now);
    noteBeatInGap(view, beat, now);
}

bool Core::onlyItsRecordTells(const Watch &watch) {
    const Evidence &evidence = watch.evidence;
    return evidence.gone || evidence.isMissing() || evidence.streamDoubted;
}

bool Core::takeBeat(WatchIndex index, const BeatFact &beat, Effects &effects) {
    Watch &watch = m_watches[index];
    if (!watch.evidence.hear(beat, m_thresholds.paced(Evidence::kOvertaken)))
        return false;
    watch.beatenSinceAlert = true;
    watch.rhythm.beat(beat.latest);
    effects.emplace_back(effect::BeatSeen{index, beat});
    return true;
}

void Core::on(const event::ConnectionSeen &event, MonoTime now, Effects &) {
    WatchIndex index = 0;
    Watch *watch = find(event.registry, event.entityId, index);
    if (!watch)
        return;
    ++watch->evidence.connectionsSeen;
    watch->rhythm.connection();
    watch->connections.push_back(now);
    if (watch->connections.size() > Watch::kConnectionsKept)
        watch->connections.pop_front();
}

void Core::on(const event::ChangeHinted &event, MonoTime now, Effects &) {
    // The next tick spends the budget: a sweep hints at many at once.
    WatchIndex index = 0;
    if (Watch *watch = find(event.registry, event.entityId, index)) {
        watch->readWanted = true;
        watch->notBefore = now;
        watch->evidence.endTold = watch->evidence.endTold || event.deregistered;
        plan(index, now);
    } else if (event.registered) {
        // Whose it is the event does not say: one list tells, or its record where lists are dear.
        RegistryView &view = m_registries[event.registry];
        view.listWanted = view.listWanted || !view.listFull;
        view.newcomers.add(event.entityId, now);
    }
}

void Core::on(const event::RecordRead &event, MonoTime now, Effects &effects) {
    const WatchIndex index = findOrAdd(event.registry, event.entityId, effects);
    readWorked(event.registry, event.sentAt, now, effects);
    if (event.by == event::ReadBy::Itself)
        recordWorked(event.registry);
    RegistryView &view = m_registries[event.registry];
    view.roundTrip += (now - event.sentAt - view.roundTrip) / 8;
    Watch &watch = m_watches[index];
    const bool wasMissing = watch.evidence.isMissing();
    if (event.by == event::ReadBy::List) {
        ++view.listed;
        watch.wasListed = true;
    } else {
        watch.failsByItself = false;
    }
    watch.readPendingSince.reset();
    // A beat that came after it was asked for, and waits for its record, is not in it.
    const auto &heardAt = watch.evidence.lastStreamEventAt;
    watch.readWanted = onlyItsRecordTells(watch) && heardAt && *heardAt > event.sentAt;
    watch.failures = 0;
    watch.owned = watch.owned || event.owned;
    const auto askedBefore = watch.evidence.recordSentAt;
    const bool newer = watch.evidence.read(event.record, event.sentAt, now, view.clock);
    // Beside a beat that was made up, the one for which its alert fires may look so.
    const bool isNews =
        newer && !(watch.alertedOn && watch.evidence.recordStamp &&
                   watch.alertedOn->isSameAs(*watch.evidence.recordStamp, BeatSource::Record));
    if (const auto &beat = watch.evidence.lastBeat;
        beat && beat->source == BeatSource::Stream && watch.evidence.showsLastBeat())
        view.clock.confirmEvent(beat->stamp, beat->heardAt);
    if (watch.evidence.recordSentAt == event.sentAt)
        watch.readByList = event.by == event::ReadBy::List;
    if (watch.evidence.wasOldAt)
        view.oldUntil = std::max(view.oldUntil.value_or(MonoTime::min()), *watch.evidence.wasOldAt);
    view.nobodyTold = view.nobodyTold && !tells(watch, view, now);
    if (!view.sight.outOfDate && !view.nobodyTold && !mayStillBeOld(watch, view, now))
        watch.evidence.oldSince.reset();
    if (newer) {
        watch.beatenSinceAlert = watch.beatenSinceAlert || isNews;
        effects.emplace_back(effect::BeatSeen{index, *watch.evidence.lastBeat});
        const BeatFact &beat = *watch.evidence.lastBeat;
        if (beat.restsOn == ClockRank::Firm && askedBefore && beat.earliest >= *askedBefore)
            view.clock.observeStamp(*event.record.lastHeartbeat, *askedBefore, now);
        noteBeatInGap(view, *watch.evidence.lastBeat, now);
    }
    // A record that merely changed may be that of a backup.
    watch.recordMovedSinceAlert =
        watch.recordMovedSinceAlert ||
        (watch.alerted && (isNews || watch.evidence.showsBeatSince(watch.alertedOn) ||
                           (watch.evidence.beatUnstated && watch.beatenSinceAlert)));
    holdAgainstStream(index, now, effects);
    if (watch.evidence.gone) // beats of it, forged, must not cost a read each
        watch.notBefore = now + m_thresholds.paced(kMissingSeconds);
    if (watch.evidence.isEndUnsure()) {
        watch.readWanted = true;
        watch.notBefore = now + m_thresholds.paced(kEndAgainSeconds);
    }
    if (wasMissing || watch.evidence.gone || view.sight.forgetful)
        settleMissing(event.registry, now, effects);
    if (event.by == event::ReadBy::List)
        weighSoon(index, now); // its others may tell that all are old ones
    else
        update(index, now, effects);
}

void Core::on(const event::StrangerRead &event, MonoTime now, Effects &effects) {
    readWorked(event.registry, event.sentAt, now, effects);
    ++m_registries[event.registry].listed;
    m_registries[event.registry].newcomers.remove(event.entityId);
}

void Core::on(const event::ReadFailed &event, MonoTime now, Effects &effects) {
    WatchIndex index = 0;
    MonoTime askedAt = now;
    if (Watch *watch = find(event.registry, event.entityId, index)) {
        askedAt = watch->readPendingSince.value_or(now);
        watch->readPendingSince.reset();
        watch->readWanted = true;
        // By an answer of its own: what gets none is the registry's trouble, or our line's.
        const bool answered =
            event.as == LinkState::Refusing || event.as == LinkState::NotARegistry;
        if (answered && !event.limited)
            watch->evidence.unread(askedAt);
        // One that always fails holds nobody up: it is tried again ever later, and after the
        // others.
        watch->notBefore = now + m_thresholds.paced(1 << std::min(watch->failures, 5));
        ++watch->failures;
        if (watch->failures > 1 && (watch->judgement.needsConfirmation || mayBeAccused(*watch))) {
            // It may tell where its record does not.
            RegistryView &view = m_registries[event.registry];
            view.listWanted = true;
            view.pagingWanted = view.pagingWanted || view.listFull;
        }
        if (!std::exchange(watch->failsByItself, true) && !event.limited)
            m_registries[event.registry].failedAnew = true;
        update(index, now, effects);
    } else {
        m_registries[event.registry].newcomers.askAgain(event.entityId);
    }
    RegistryView &view = m_registries[event.registry];
    const bool limitIsOld = event.limited && !noteLimit(view, now);
    const auto subject = std::as_const(*this).find(event.registry, event.entityId);
    if (view.recordFailuresInRow++ == 0) {
        view.recordFailedFirst = subject;
        view.severalRecordsFailed = view.watches.size() < 2;
    }
    view.severalRecordsFailed = view.severalRecordsFailed || view.recordFailedFirst != subject;
    if (view.recordFailuresInRow >= kFailing && !view.severalRecordsFailed)
        view.opinionWanted = true; // whether another's can be read
    view.recordsInRow = 0;
    if (view.limitsInRow > 0) { // one list costs less than many records
        view.recordsLimited = true;
        view.listWanted = true;
    }
    readDidNotWork(event.registry, subject, {event.as, askedAt, event.limited, limitIsOld}, now,
                   effects);
}

void Core::on(const event::ReadCancelled &event, MonoTime now, Effects &) {
    WatchIndex index = 0;
    if (Watch *watch = find(event.registry, event.entityId, index)) {
        watch->readPendingSince.reset();
        watch->readWanted = true;
        watch->notBefore = now;
        plan(index, now);
    } else {
        m_registries[event.registry].newcomers.askAgain(event.entityId);
    }
}

void Core::giveUpLost(WatchIndex index, MonoTime now, Effects &effects) {
    const Watch &watch = m_watches[index];
    if (!watch.readPendingSince || now - *watch.readPendingSince < kReadLost)
        return;
    // One that was asked for before the last good answer says nothing of the registry now.
    if (*watch.readPendingSince < m_registries[watch.registry].goodReadAt)
        on(event::ReadCancelled{watch.registry, watch.entityId}, now, effects);
    else
        on(event::ReadFailed{watch.registry, watch.entityId, LinkState::Silent}, now, effects);
}

void Core::giveUpLostList(RegistryIndex index, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[index];
    if (view.explainPendingSince && now - *view.explainPendingSince >= kReadLost)
        on(event::OutageUnexplained{index}, now, effects);
    if (!view.listPendingSince || now - *view.listPendingSince < kReadLost)
        return;
    event::ListRead lost{index, false, false, *view.listPendingSince};
    lost.as = LinkState::Silent;
    on(lost, now, effects);
}

void Core::on(const event::ListRead &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    view.listPendingSince.reset();
    // One that was asked for before sight came back is not the first that is wanted since.
    const bool before = event.good && view.sight.since && event.sentAt < *view.sight.since;
    view.lastListAt = before ? event.sentAt : now;
    if (event.pages > 0) {
        view.lastPagedAt = now;
        view.listPages = event.pages;
    }
    if (!event.good) {
        // What the list was to answer is asked for again, and whether any can be read.
        view.listWanted = true;
        const bool anew = view.listFailuresInRow == 0 && !event.cancelled && !event.limited;
        view.failedAnew = view.failedAnew || anew;
        view.listFailuresInRow += event.cancelled ? 0 : 1;
        const bool limitIsOld = event.limited && !noteLimit(view, now);
        if (!event.cancelled && !event.limited)
            view.sight.listTriedAt = event.sentAt;
        if (!event.cancelled)
            readDidNotWork(event.registry, std::nullopt,
                           {event.as, event.sentAt, event.limited, limitIsOld}, now, effects);
    } else {
        view.listFailuresInRow = 0;
        view.goodListAt = event.sentAt;
        if (event.complete)
            view.sight.listTriedAt = event.sentAt;
        view.listFull = event.pages > 0 || !event.complete;
        if (!view.listFull)
            view.lastPagedAt.reset(); // it was, and paging is needed no more
        // Who was there well before it was asked for, and is not in it, is another's.
        const bool namesAll = event.complete && event.unread == 0;
        if (namesAll)
            view.newcomers.removeSeenBefore(event.sentAt - kNewcomersShow);
        // Many pages cost as much as records.
        view.illByLimit =
            (std::exchange(view.recordsLimited, false) && event.pages == 0) || view.illByLimit;
        view.recordsIll = view.recordsIll || view.illByLimit ||
                          (view.recordFailuresInRow >= kFailing && view.severalRecordsFailed);
        readWorked(event.registry, event.sentAt, now, effects,
                   namesAll ? provedBy(view, view.listed) : Proves::Hearing);
        if (namesAll)
            missedInList(event.registry, event.sentAt, now, effects);
        weighDue(now, effects);
    }
    settleGrace(view, now);
    scheduleReads(event.registry, now, effects);
}

void Core::on(const event::ListProgress &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    if (event.limited) {
        view.listRest = std::max(view.listRest, event.rest);
        if (view.listPendingSince)
            view.listPendingSince = now + view.listRest;
        (void)noteLimit(view, now);
        return;
    }
    if (view.listPendingSince) {
        view.listPendingSince = now + view.listRest;
        readWorked(event.registry, event.sentAt, now, effects, provedBy(view, view.listed));
    }
    weighDue(now, effects);
    // The first request was counted when it was asked for.
    if (view.listAnswers++ > 0)
        view.budget.spend(now);
}

void Core::on(const event::ReadWanted &event, MonoTime now, Effects &effects) {
    if (event.watch >= m_watches.size())
        return;
    Watch &watch = m_watches[event.watch];
    watch.readWanted = true;
    watch.notBefore = now;
    plan(event.watch, now);
    scheduleReads(watch.registry, now, effects);
}

void Core::on(const event::Remembered &event, MonoTime now, Effects &effects) {
    const WatchIndex index = findOrAdd(event.registry, event.entityId, effects);
    Watch &watch = m_watches[index];
    if (watch.evidence.newest())
        return; // what was seen in this run is newer
    watch.evidence.registeredAt = event.registeredAt;
    watch.evidence.everBeat = watch.evidence.recordBeats = event.everBeat;
    watch.evidence.gone = event.gone;
    watch.evidence.lastBeat = event.beat;
    watch.alerted = event.alerted;
    watch.beatenSinceAlert = false;
    watch.owned = event.owned;
    watch.seenAlive = event.beat && event.everBeat;
    if (event.alerted)
        watch.alertedOn = watch.evidence.lastBeat; // which names the record's stamp then, too
    update(index, now, effects);
}

void Core::on(const event::Tick &, MonoTime now, Effects &effects) {
    weighDue(now, effects);
    for (RegistryIndex index = 0; index < m_registries.size(); ++index) {
        giveUpLostList(index, now, effects);
        settleRegistryAlert(index, now, effects);
        if (m_registries[index].sight.understood)
            settleGrace(m_registries[index], now); // records that were read since tell more
        scheduleReads(index, now, effects);
    }
}

void Core::weighDue(MonoTime now, Effects &effects) {
    while (!m_timetable.empty() && m_timetable.top().first <= now) {
        const auto [at, index] = m_timetable.top();
        m_timetable.pop();
        Watch &watch = m_watches[index];
        if (watch.dueAt != at)
            continue; // planned anew since
        watch.dueAt.reset();
        giveUpLost(index, now, effects);
        update(index, now, effects);
    }
}

void Core::update(WatchIndex index, MonoTime now, Effects &effects) {
    Watch &watch = m_watches[index];
    RegistryView &view = m_registries[watch.registry];
    if (watch.evidence.lastBeat) {
        BeatFact &beat = *watch.evidence.lastBeat;
        const bool wasWide = beat.betweenReads;
        beat.improve(view.clock, now);
        if (wasWide && !beat.betweenReads)
            noteBeatInGap(view, beat, now);
    }
    Judgement judgement = judge(watch.evidence, view.sight, m_thresholds, now);
    const AgentState previous = watch.judgement.state;
    if (isSilent(judgement.state) && !isSilent(previous) && !watch.alerted &&
        watch.evidence.recordReadAt) {
        const Nanoseconds sinceRead = now - *watch.evidence.recordReadAt;
        // Nor is it known of one that may have been set while nobody looked.
        const bool unspoken = view.sight.since &&
                              !view.clock.vouchedSince(*view.sight.since, now) &&
                              now - *view.sight.since < m_thresholds.paced(kTurnSeconds);
        const bool unplaced = watch.evidence.lastBeat &&
                              watch.evidence.lastBeat->restsOn != ClockRank::Firm &&
                              (view.clock.isDoubted(now) || unspoken);
        // What makes it so became known only now, and its next beat may have been lost meanwhile.
        const bool stale = !watch.evidence.unreadSince && sinceRead > kConfirms;
        if (unplaced || stale) {
            judgement.state = previous == AgentState::Active ? AgentState::Late : previous;
            judgement.needsConfirmation = stale || sinceRead > m_thresholds.paced(kDoubtedSeconds);
        }
    }
    if (isSilent(judgement.state) && !watch.alerted && watch.evidence.isEndOpen()) {
        judgement.state = isSilent(previous) ? AgentState::Unknown : previous;
        judgement.needsConfirmation = true;
    }
    // What failed before is tried at once when an alert comes to wait for it.
    if (judgement.needsConfirmation && !watch.judgement.needsConfirmation && watch.failures > 0)
        watch.notBefore = std::min(watch.notBefore, now);
    watch.judgement = judgement;
    if (judgement.state != previous)
        effects.emplace_back(effect::StateChanged{index, previous, judgement.state, judgement.age});
    settleAlert(index, effects);
    settleFlaps(index, now, effects);
    plan(index, now);
}

} // namespace heartline::liveness
