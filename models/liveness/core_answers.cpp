// SPDX-License-Identifier: GPL-3.0-or-later
// What answers do, good ones and others, and those that never come.
#include "liveness/core.h"

#include <algorithm>
#include <utility>

namespace heartline::liveness {

namespace {
/// A list may lag behind the stream by so much.
constexpr auto kNewcomersShow = std::chrono::seconds(30);
/// Between two reads of one that is said to have ended.
constexpr double kEndAgainSeconds = 6;
} // namespace

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
        const bool fails = !event.cancelled && !event.limited;
        view.failedAnew = view.failedAnew || (fails && view.listFailuresInRow == 0);
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

} // namespace heartline::liveness
