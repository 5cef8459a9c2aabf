// SPDX-License-Identifier: GPL-3.0-or-later
// Who needs a read, and when to look again.
#include "liveness/core.h"

#include <algorithm>

namespace heartline::liveness {

namespace {

/// Ticks while reads wait for their budget.
constexpr auto kSpendInterval = std::chrono::milliseconds(250);
/// Two looks at one agent lie at least so far apart.
constexpr auto kLeastStep = std::chrono::milliseconds(20);

/// What only two reads place is looked at so often, as the next stamp of anybody may tell more.
constexpr double kPlaceSeconds = 1;
/// Seconds between two reads, at the network's own pace.
constexpr double kCheckSeconds = 120;
constexpr double kEndedSeconds = 300;
/// Between two reads for beats that may be forged, such as would end an alert; where few requests
/// are allowed, others need them as well.
constexpr double kDoubtedSeconds = 3;
constexpr double kScarceDoubtedSeconds = 15;
/// What rests on the stream is held against records so often; more slowly where they are many.
double checkSeconds(const RegistryView &view) {
    return std::max(kCheckSeconds, static_cast<double>(view.watches.size()) / 2);
}
constexpr double kQuietSeconds = 12;
constexpr double kQuietPollingSeconds = 10;
constexpr double kStaleSeconds = 15;
constexpr double kInactiveSeconds = 60;
/// An event may have been dropped: past a period and this, the record is asked.
constexpr double kQuietMarginSeconds = 5;

double rereadSeconds(AgentState state, const RegistryView &view, bool quiet) {
    switch (state) {
    case AgentState::Active:
    case AgentState::Late:
        if (!quiet)
            return checkSeconds(view);
        return view.link == LinkState::PollingOnly ? kQuietPollingSeconds : kQuietSeconds;
    case AgentState::Stale:
    case AgentState::Unknown:
        return kStaleSeconds;
    case AgentState::Inactive:
    case AgentState::Registered:
        return kInactiveSeconds;
    case AgentState::Deregistered:
        return kEndedSeconds;
    }
    return kEndedSeconds;
}

} // namespace

Core::Need Core::readNeed(const Watch &watch, const RegistryView &view, MonoTime now) const {
    if (watch.readPendingSince && now - *watch.readPendingSince < kReadLost)
        return Need::None;
    if (now < watch.notBefore && !view.failing)
        return Need::None;
    if (watch.judgement.needsConfirmation)
        return Need::Confirm;
    const Evidence &evidence = watch.evidence;
    if (watch.readWanted && mayBeAccused(watch))
        return Need::Confirm; // silent for as long as we know, after a time without sight
    if (watch.readWanted || !evidence.recordReadAt)
        return Need::Soon;
    if (watch.alerted && watch.beatenSinceAlert &&
        !(watch.recordMovedSinceAlert && isShownLately(watch)) &&
        (*evidence.recordSentAt < evidence.lastBeat->heardAt ||
         now - *evidence.recordReadAt > doubtedRest(view, now)))
        // Its alert fires, so where few requests are allowed it goes after those that wait for one.
        return view.budget.isScarce(now) ? Need::Soon : Need::Confirm;
    const AgentState state = watch.judgement.state;
    const Nanoseconds sinceRead = now - *evidence.recordReadAt;
    const auto age = watch.judgement.age;
    const bool quiet =
        age && age->middle() > m_thresholds.period + m_thresholds.paced(kQuietMarginSeconds);
    if (sinceRead <= m_thresholds.paced(rereadSeconds(state, view, quiet)))
        return Need::None;
    const bool soon = (quiet && (state == AgentState::Active || state == AgentState::Late)) ||
                      state == AgentState::Stale || state == AgentState::Unknown;
    return soon ? Need::Soon : Need::Routine;
}

Nanoseconds Core::doubtedRest(const RegistryView &view, MonoTime now) const {
    return m_thresholds.paced(view.budget.isScarce(now) ? kScarceDoubtedSeconds : kDoubtedSeconds);
}

bool Core::mayBeAccused(const Watch &watch) const {
    const auto age = watch.judgement.age;
    return watch.owned && !watch.alerted && age && age->least >= m_thresholds.stale;
}

MonoTime Core::dueAt(const Watch &watch, const RegistryView &view, MonoTime now) const {
    MonoTime due = now + m_thresholds.paced(kEndedSeconds);
    const auto at = [&](MonoTime moment) {
        if (moment > now)
            due = std::min(due, moment);
    };
    const Evidence &evidence = watch.evidence;
    at(watch.notBefore);
    if (watch.readPendingSince)
        at(*watch.readPendingSince + kReadLost);
    if (view.sight.since) {
        at(*view.sight.since + m_thresholds.paced(kExplainedSeconds));
        at(view.sight.graceUntil);
        at(view.sight.ownCutGraceUntil);
        if (evidence.beatUnstated && view.sight.streamSince)
            at(std::max(*view.sight.since, *view.sight.streamSince) + m_thresholds.stale);
    } else {
        at(view.sight.lostAt + m_thresholds.late);
    }
    if (evidence.lastBeat && evidence.lastBeat->betweenReads)
        at(now + m_thresholds.paced(kPlaceSeconds));
    if (evidence.unreadSince) {
        const Nanoseconds longest = m_thresholds.paced(kLongestHearingSeconds);
        if (view.sight.since && view.sight.streamSince)
            at(std::max(*view.sight.since, *view.sight.streamSince) + longest);
        if (evidence.lastBeat)
            at(now + (longest - view.sight.gaps.heardBetween(evidence.lastBeat->latest, now)));
    }
    if (evidence.foundAgainAt)
        at(*evidence.foundAgainAt + m_thresholds.paced(kComingBackSeconds));
    if (evidence.contradictedAt)
        at(*evidence.contradictedAt + m_thresholds.stale);
    if (const auto age = ageOf(evidence, now)) {
        at(now + (m_thresholds.period + m_thresholds.paced(kQuietMarginSeconds) - age->middle()));
        at(now + (m_thresholds.late - age->middle()));
        at(now + (m_thresholds.late - age->most));
        at(now + (m_thresholds.late - age->least));
        at(now + (m_thresholds.stale - age->least));
        if (now < view.sight.graceUntil) {
            const Nanoseconds heard = view.sight.gaps.heardBetween(now - age->least, now);
            at(now + (m_thresholds.paced(kLongestHearingSeconds) - heard));
        }
        at(now + (m_thresholds.inactive - age->least));
    }
    if (evidence.recordReadAt)
        for (const double seconds : {kQuietPollingSeconds, kQuietSeconds, kStaleSeconds,
                                     kInactiveSeconds, kDoubtedSeconds, checkSeconds(view)})
            at(*evidence.recordReadAt + m_thresholds.paced(seconds));
    if (const auto flaps = watch.flaps.dueAt(m_thresholds.paced(FlapCounter::kWindowSeconds)))
        at(*flaps);
    return std::max(due, now + kLeastStep) + 1ns;
}

void Core::weighSoon(WatchIndex index, MonoTime now) {
    Watch &watch = m_watches[index];
    watch.judgement.needsConfirmation = false; // it was read
    if (watch.dueAt && *watch.dueAt <= now)
        return;
    watch.dueAt = now;
    m_timetable.emplace(now, index);
}

void Core::plan(WatchIndex index, MonoTime now) {
    Watch &watch = m_watches[index];
    RegistryView &view = m_registries[watch.registry];
    if (!watch.queued && readNeed(watch, view, now) != Need::None) {
        watch.queued = true;
        watch.queuedAt = now;
        view.readQueue.push_back(index);
    }
    const MonoTime due = dueAt(watch, view, now);
    // A look that is planned for an earlier time plans the next one itself.
    if (watch.dueAt && *watch.dueAt <= due)
        return;
    watch.dueAt = due;
    m_timetable.emplace(due, index);
}

MonoTime Core::nextDeadline() const {
    MonoTime next = m_timetable.empty() ? m_now + 60s : m_timetable.top().first;
    for (const RegistryView &view : m_registries) {
        if (!view.alerted && view.troubleSince)
            next = std::min(next, *view.troubleSince + kSilenceBudget);
        if (!isSighted(view.link))
            continue;
        if (!view.watches.empty() && !view.failing)
            next = std::min(next, provedAt(view) + m_thresholds.paced(proofSeconds(view, m_now)));
        if (!view.readQueue.empty() || view.listWanted ||
            (view.explainWanted && m_now < view.sight.graceUntil) ||
            (view.listFull && view.newcomers.unasked() > 0))
            next = std::min(next, m_now + kSpendInterval);
        for (const auto &pending : {view.listPendingSince, view.explainPendingSince})
            if (pending) // to look again when it is lost
                next = std::min(next, *pending + kReadLost);
        next = std::min(next, view.lastListAt + m_thresholds.paced(kListSeconds) + 1ns);
    }
    return std::max(next, m_now + 1ms);
}

} // namespace heartline::liveness
