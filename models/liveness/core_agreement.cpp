// SPDX-License-Identifier: GPL-3.0-or-later
// Records held against the stream: the record wins, unless it is the registry that answers with old
// ones.
#include "liveness/core.h"

#include <algorithm>
#include <utility>

namespace heartline::liveness {

namespace {
/// A beat that was heard on the stream stands in the record so much later at the latest; a replica
/// may lag; one that shows it within that time is no old one. Seconds at the network's own pace.
constexpr double kWrittenSeconds = 40;
/// So many at once are the registry.
constexpr std::size_t kMany = 3;
/// So many others are asked whether it is.
constexpr std::size_t kJury = 8;
constexpr double kJurySeconds = 10;
/// So long a list is waited for that tells whether records are copies of different age.
constexpr double kListTellsSeconds = 15;
constexpr double kPagesTellSeconds = 60;
/// So many times as long where few requests are allowed.
constexpr double kScarcePatience = 5;
/// A registry that gave out old records may do so again for some of its agents.
constexpr double kOldAgainSeconds = 900;
/// Between two reads of one that contradicts, while others agree.
constexpr double kAskAgainSeconds = 3;

} // namespace

void Core::holdAgainstStream(WatchIndex index, MonoTime now, Effects &effects) {
    Watch &watch = m_watches[index];
    RegistryView &view = m_registries[watch.registry];
    const auto unconfirmed = watch.evidence.unconfirmedSince;
    const MonoTime sentAt = *watch.evidence.recordSentAt;
    // Where the stream is silent, too, there is no dispute; nor where the clock was set, as stamps
    // of now look like those of then.
    const bool wasSet =
        unconfirmed && !view.sight.streamSince && view.clock.datesTellSet(*unconfirmed);
    const bool contradicts = unconfirmed && beatsOnStream(watch, now) && !wasSet &&
                             sentAt - std::max(*unconfirmed, view.clock.bothSetAt(now)) >=
                                 m_thresholds.paced(kWrittenSeconds);
    const bool contradicted = std::exchange(watch.evidence.contradicted, contradicts);
    if (contradicts != contradicted)
        contradicts ? ++view.contradicting : --view.contradicting;
    const bool agrees = !unconfirmed && tells(watch, view, now);
    if (contradicted && agrees)
        view.oldUntil = now; // its record was an old one, for that of one forged never agrees
    // Others can tell once each had its turn to beat; many need no others.
    const bool canTell =
        (view.contradicting >= kMany && view.sight.streamSince) ||
        (view.sight.since && now - *view.sight.since >= m_thresholds.paced(kTurnSeconds));
    if (contradicts && !view.contradictedSince && canTell)
        callJury(index, sentAt, now);
    if (!view.contradictedSince)
        return;
    if (!view.sight.outOfDate)
        return settleContradiction(watch.registry, now, effects);
    // Who beats will agree or contradict, at the latest when its next beats should be written; and
    // after an outage they come back first.
    const auto willTell = [&](WatchIndex other) {
        return beatsOnStream(m_watches[other], now) && !isNew(m_watches[other], view, now);
    };
    const auto &listening = view.sight.streamSince;
    const bool nobodyTells = listening && now - *listening >= m_thresholds.paced(kTurnSeconds) &&
                             now >= view.sight.graceUntil &&
                             std::none_of(view.watches.begin(), view.watches.end(), willTell);
    if (!agrees && !nobodyTells)
        return;
    if (view.contradicting >= kMany)
        return askContradicting(view, sentAt, now); // they agree as well, or it is not over
    view.nobodyTold = !agrees;
    endContradiction(view);
    if (isSighted(view.link) && !view.failing)
        gainSight(watch.registry, now, Was::OutOfDate);
    tellSight(watch.registry, effects);
    updateAll(watch.registry, now, effects);
}

bool Core::beatsOnStream(const Watch &watch, MonoTime now) const {
    const auto heard = watch.evidence.lastStreamEventAt;
    return heard && !onlyItsRecordTells(watch) && now - *heard < m_thresholds.stale;
}

bool Core::isNew(const Watch &watch, const RegistryView &view, MonoTime now) {
    const auto &stamp = watch.evidence.registeredAt;
    const auto told = stamp ? view.clock.when(*stamp, *stamp, now) : std::nullopt;
    return told && told->earliest > view.missedSince &&
           watch.evidence.registrationReadAt > view.missedSince;
}

bool Core::tells(const Watch &watch, const RegistryView &view, MonoTime now) const {
    const Evidence &evidence = watch.evidence;
    if (!beatsOnStream(watch, now) || !view.missedSince || evidence.wentBackAt ||
        !evidence.recordStamp)
        return false;
    if (isNew(watch, view, now))
        return false;
    // What it told was doubted: a record that moves on may be a copy that lags, nevertheless.
    if (evidence.trustedFrom && *evidence.lastStreamEventAt <= *evidence.trustedFrom)
        return false;
    // What lags shows it as well, but later.
    const BeatFact &beat = *evidence.lastBeat;
    return beat.latest > *view.missedSince &&
           *evidence.recordSentAt - beat.earliest < m_thresholds.paced(kWrittenSeconds) &&
           beat.isSameAs(*evidence.recordStamp, BeatSource::Record);
}

void Core::callJury(WatchIndex accuser, MonoTime sentAt, MonoTime now) {
    RegistryView &view = m_registries[m_watches[accuser].registry];
    view.contradictedSince = sentAt;
    view.missedSince = m_watches[accuser].evidence.unconfirmedSince;
    view.jury.clear();
    view.agreedAt.reset();
    for (std::size_t i = 0; i < view.watches.size() && view.jury.size() < kJury; ++i) {
        const WatchIndex other = view.watches[(accuser + i) % view.watches.size()];
        if (other == accuser || !beatsOnStream(m_watches[other], now))
            continue;
        view.jury.push_back(other);
        m_watches[other].readWanted = true;
        m_watches[other].notBefore = now;
        plan(other, now);
    }
}

void Core::settleContradiction(RegistryIndex index, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[index];
    bool heardAll = true;
    for (const WatchIndex juror : view.jury) {
        const Watch &watch = m_watches[juror];
        if (!beatsOnStream(watch, now))
            continue;
        const bool read = watch.evidence.recordSentAt >= view.contradictedSince;
        heardAll = heardAll && read;
        if (read && !watch.evidence.unconfirmedSince && tells(watch, view, now))
            view.agreedAt =
                std::min(view.agreedAt.value_or(MonoTime::max()), *watch.evidence.recordSentAt);
    }
    // One whose record cannot be read must not hold up the others.
    const bool late = now - *view.contradictedSince > m_thresholds.paced(kJurySeconds);
    if (view.contradicting == 0) {
        view.contradictedSince.reset();
    } else if (view.contradicting >= kMany || (heardAll && !view.agreedAt)) {
        view.sight.outOfDate = true;
        for (const WatchIndex watched : view.watches)
            m_watches[watched].evidence.markOld(*view.missedSince);
        loseSight(index, LinkState::OutOfDate, *view.contradictedSince);
        tellSight(index, effects);
        updateAll(index, now, effects);
    } else if (view.agreedAt && (heardAll || late)) {
        const MonoTime agreedAt = *view.agreedAt;
        for (const WatchIndex watched : view.watches)
            doubtStream(watched, agreedAt, now, effects);
        if (view.contradicting == 0)
            endContradiction(view);
    }
}

void Core::doubtStream(WatchIndex index, MonoTime agreedAt, MonoTime now, Effects &effects) {
    Watch &watch = m_watches[index];
    if (!watch.evidence.contradicted)
        return;
    RegistryView &view = m_registries[watch.registry];
    const Dispute found = dispute(watch, view, now);
    if (found == Dispute::Open)
        return;
    if (*watch.evidence.recordSentAt < agreedAt) {
        // All may have been old ones until just now.
        watch.readWanted = true;
        watch.notBefore = now;
        plan(index, now);
        return;
    }
    watch.evidence.contradicted = false;
    --view.contradicting;
    if (found == Dispute::OldCopy) {
        watch.evidence.unconfirmedSince = now; // it is looked at anew
        return;
    }
    watch.evidence.doubtStream();
    watch.beatenSinceAlert = false;
    update(index, now, effects);
}

Core::Dispute Core::dispute(const Watch &watch, RegistryView &view, MonoTime now) const {
    // A cache may have a copy of each address, of different age; what one answer holds is of one
    // moment.
    const auto besides = [&](WatchIndex other) {
        const Watch &beating = m_watches[other];
        return beating.readByList && beating.evidence.recordSentAt == watch.evidence.recordSentAt &&
               !beating.evidence.unconfirmedSince && tells(beating, view, now);
    };
    if (watch.readByList && std::any_of(view.watches.begin(), view.watches.end(), besides))
        return Dispute::Forged;
    const Nanoseconds open = now - *view.contradictedSince;
    const bool listed = view.goodListAt >= view.contradictedSince;
    view.listWanted = view.listWanted || !listed;
    // Where few requests are allowed it takes longer.
    const double patience = view.budget.isScarce(now) ? kScarcePatience : 1;
    if (!listed && open < m_thresholds.paced(patience * kListTellsSeconds))
        return Dispute::Open;
    // Where no list names it, pages may; where these tell nothing either, that others' records
    // agree has to do, unless the registry is known for old ones.
    const bool paged = view.lastPagedAt >= view.contradictedSince;
    view.pagingWanted = view.pagingWanted || !paged;
    if (!paged && open < m_thresholds.paced(patience * kPagesTellSeconds))
        return Dispute::Open;
    return wasOldLately(view, now) ? Dispute::OldCopy : Dispute::Forged;
}

bool Core::wasOldLately(const RegistryView &view, MonoTime now) const {
    return view.oldUntil && now - *view.oldUntil < m_thresholds.paced(kOldAgainSeconds);
}

bool Core::mayStillBeOld(const Watch &watch, const RegistryView &view, MonoTime now) const {
    return wasOldLately(view, now) && !tells(watch, view, now);
}

void Core::askContradicting(const RegistryView &view, MonoTime since, MonoTime now) {
    for (const WatchIndex index : view.watches) {
        Watch &watch = m_watches[index];
        if (!watch.evidence.contradicted || *watch.evidence.recordSentAt >= since)
            continue;
        watch.readWanted = true;
        watch.notBefore =
            std::max(now, *watch.evidence.recordReadAt + m_thresholds.paced(kAskAgainSeconds));
        plan(index, now);
    }
}

void Core::endContradiction(RegistryView &view) {
    view.sight.outOfDate = false;
    view.contradictedSince.reset();
    view.contradicting = 0;
    view.jury.clear();
    for (const WatchIndex watched : view.watches)
        m_watches[watched].evidence.contradicted = false;
}

} // namespace heartline::liveness
