// SPDX-License-Identifier: GPL-3.0-or-later
// Blind times: when they begin and end, whose fault they were, and the registry's own alert.
#include "liveness/core.h"
#include "liveness/retry_pace.h"

#include <algorithm>

namespace heartline::liveness {

namespace {

/// Whose last beat is older than this, and from before the gap, fell silent for reasons of its own.
constexpr double kLatelySeconds = 600;
/// A list that works answers within that time, where it is to tell whether only records fail.
constexpr auto kListTells = std::chrono::seconds(3);
/// In a large fleet a fourth tells; in a small one a single death must not speak for all.
constexpr std::ptrdiff_t kLargeFleet = 5;

/// It accepted us and gave no answer, or something gave an error or nonsense in its place: it may
/// have been frozen, or its database away, and then it heard nobody.
bool mayBeIll(LinkState blindAs) {
    return blindAs == LinkState::Silent || blindAs == LinkState::Refusing ||
           blindAs == LinkState::NotARegistry;
}
} // namespace

void Core::on(const event::LinkChanged &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    const bool before = isSighted(view.link);
    const bool after = isSighted(event.state);
    view.link = event.state;
    if (before && !after) {
        loseSight(event.registry, event.state, std::min(event.lastContact, now));
        view.failing = false; // with the link gone, that is the larger trouble
        view.failuresInRow = 0;
    } else if (!before && after) {
        gainSight(event.registry, now);
    }
    if (!after && event.state != LinkState::Connecting)
        view.blindAs = event.state;
    tellSight(event.registry, effects);
    updateAll(event.registry, now, effects);
    scheduleReads(event.registry, now, effects);
}

void Core::updateAll(RegistryIndex index, MonoTime now, Effects &effects) {
    for (const WatchIndex watched : m_registries[index].watches)
        update(watched, now, effects);
}

void Core::tellSight(RegistryIndex index, Effects &effects) {
    RegistryView &view = m_registries[index];
    const LinkState shown = view.shown();
    if (shown != view.told)
        effects.emplace_back(effect::SightChanged{index, std::exchange(view.told, shown), shown});
}

void Core::loseSight(RegistryIndex index, LinkState as, MonoTime since) {
    RegistryView &view = m_registries[index];
    view.blindAs = as;
    view.explainWanted = false;
    if (!view.troubleSince)
        view.troubleSince = since;
    if (!view.sight.since)
        return; // lost already, and for longer
    view.sight.since.reset();
    view.blindSince = since;
}

void Core::gainSight(RegistryIndex index, MonoTime now) {
    RegistryView &view = m_registries[index];
    view.sight.since = now;
    // A gap that a beat ended before us goes on excusing.
    view.explainWanted = now < view.sight.graceUntil && !view.sight.understood;
    view.explainNotBefore = now;
    view.explainPendingSince.reset();
    // A registry that is seen for the first time may have been started just now. Beats that were
    // heard while its records could not be read end no gap: they show that there was none.
    // Who is still coming back from a gap may be kept from it by the next, however short that is.
    noteGap(view, now, view.failing || now < view.sight.graceUntil);
    view.seenBefore = true;
    view.failing = false;
    endContradiction(view);
    view.leftBehind.reset();
    view.failuresInRow = 0;
    view.retryAt = now;
    view.listWanted = true;
    view.listFailuresInRow = 0; // it failed as all else did
    view.pagingWanted = true;
    view.listPendingSince.reset();
    for (const WatchIndex watched : view.watches) {
        Watch &watch = m_watches[watched];
        watch.readPendingSince.reset();
        watch.readWanted = true;
        watch.notBefore = now;
        watch.failures = 0;
        watch.rhythm.connection(); // beats were missed: gaps tell nothing
    }
}

void Core::openGap(RegistryView &view, MonoTime from, MonoTime until) {
    if (const auto last = view.sight.gaps.last(); !last || last->to - view.unheard != from) {
        view.heardInGap.reset();
        view.strangersAges.clear();
        view.startedAt.reset();
        view.graceBefore = view.sight.graceUntil;
        view.gapWasOurs = false;
    }
    view.leftBehind.reset();
    view.failedInGap = false;
    view.unheard = until - from;
    const MonoTime began = view.everHeard ? from : MonoTime::min();
    view.sight.gaps.add({began, until});
    // Who was still coming back from the one before is excused for this one, too.
    if (from >= view.sight.graceUntil || !view.everHeard)
        view.sight.excusedFrom = began;
    view.sight.graceUntil = until + m_thresholds.paced(kGraceSeconds);
    view.sight.understood = false;
    if (!std::exchange(view.explainWanted, true))
        view.explainNotBefore = until;
}

void Core::noteGap(RegistryView &view, MonoTime until, bool failed) {
    // One that is short, but shows, is subtracted as well: it may not be the only one.
    // Of the time before the first proof nothing is known at all.
    const double least = !view.everHeard ? kUnprovedSeconds
                         : failed        ? kBriefOutageSeconds
                                         : kShortOutageSeconds;
    if (view.seenBefore && until - view.heardAt < m_thresholds.paced(least))
        return;
    openGap(view, view.heardAt, until);
    view.failedInGap = failed;
}

void Core::on(const event::Woke &event, MonoTime now, Effects &effects) {
    for (RegistryIndex index = 0; index < m_registries.size(); ++index) {
        RegistryView &view = m_registries[index];
        if (isSighted(view.link))
            loseSight(index, LinkState::Connecting, std::min(event.sleptAt, now));
        view.link = LinkState::Connecting;
        view.failing = false;
        // We were away ourselves, so that no registry is late with its answer.
        if (!view.alerted)
            view.troubleSince = now;
        effects.emplace_back(effect::DialAnew{index});
        tellSight(index, effects);
        updateAll(index, now, effects);
    }
}

void Core::noteBeatInGap(RegistryView &view, const BeatFact &beat, MonoTime now) {
    if (!view.sight.since || now >= view.sight.graceUntil)
        return;
    const auto gap = view.sight.gaps.last();
    if (!gap)
        return;
    // Well inside the gap on both sides, so that no rounding can fake it.
    const MonoTime from = gap->to - view.unheard + m_thresholds.paced(5);
    const MonoTime to = gap->to - 2s;
    if (beat.earliest <= from || beat.latest >= to)
        return;
    const bool first = !view.heardInGap;
    view.heardInGap = first ? beat.earliest : std::max(*view.heardInGap, beat.earliest);
    if (first)
        settleGrace(view, now);
}

void Core::on(const event::OutageExplained &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    readWorked(event.registry, event.sentAt, now, effects);
    view.explainWanted = false;
    view.explainPendingSince.reset();
    if (event.uptime)
        view.startedAt = event.sentAt - *event.uptime;
    weighWitnesses(event.registry, event, now);
    settleGrace(view, now);
    updateAll(event.registry, now, effects);
    scheduleReads(event.registry, now, effects);
}

void Core::weighWitnesses(RegistryIndex registry, const event::OutageExplained &event,
                          MonoTime now) {
    RegistryView &view = m_registries[registry];
    view.strangersAges.clear();
    for (const auto &witness : event.witnesses)
        if (view.clock.isKnown() && !find(registry, witness.entityId))
            view.strangersAges.push_back(
                event.sentAt -
                BeatFact::translated(witness.beat, event.sentAt, view.clock).likely());
    for (const auto &witness : event.witnesses)
        noteBeatInGap(view, BeatFact::translated(witness.beat, now, view.clock), now);
}

std::optional<bool> Core::othersLeftBehind(const RegistryView &view, MonoTime now) const {
    // Ours count as well: where nobody else is, they are all the witnesses there are.
    std::vector<Nanoseconds> ages = view.strangersAges;
    std::size_t unread = 0;
    for (const WatchIndex index : view.watches) {
        const Evidence &evidence = m_watches[index].evidence;
        const auto newest = evidence.newest();
        if (evidence.gone || !evidence.lastBeat)
            continue;
        if (!newest || !view.sight.since || *newest < *view.sight.since) {
            ++unread; // what we knew before says nothing of the time since
            continue;
        }
        if (const auto age = ageOf(evidence, now))
            ages.push_back(age->middle());
    }
    if (unread * 4 > view.watches.size())
        return std::nullopt;
    std::sort(ages.begin(), ages.end());
    const Nanoseconds turn = m_thresholds.paced(kTurnSeconds);
    const Nanoseconds lately =
        std::max(m_thresholds.paced(kLatelySeconds), view.unheard + m_thresholds.paced(60));
    const auto silent = std::upper_bound(ages.begin(), ages.end(), turn);
    const auto longSilent = std::upper_bound(silent, ages.end(), lately);
    // Deaths come one by one; what ends within one turn of all ended with the registry's hearing.
    std::ptrdiff_t together = 0;
    for (auto first = silent, last = silent; last != longSilent; ++last) {
        while (*last - *first > turn)
            ++first;
        together = std::max(together, last - first + 1);
    }
    const auto beating = silent - ages.begin();
    const bool large = beating + together >= kLargeFleet;
    return together * (large ? 4 : 1) > beating;
}

bool Core::leftBehind(RegistryView &view, MonoTime now) const {
    // Weighed once: who comes back later on does not tell any more that it had been silent.
    if (!view.leftBehind)
        view.leftBehind = othersLeftBehind(view, now);
    view.alertsWait = !view.leftBehind && std::any_of(view.watches.begin(), view.watches.end(),
                                                      [this](WatchIndex index) {
                                                          return mayBeAccused(m_watches[index]);
                                                      });
    return view.leftBehind.value_or(true);
}

void Core::on(const event::OutageUnexplained &event, MonoTime now, Effects &) {
    RegistryView &view = m_registries[event.registry];
    view.explainPendingSince.reset();
    view.explainNotBefore = now + 5s;
}

MonoTime Core::outageBegan(const RegistryView &view) const {
    const MonoTime began = view.heardAt;
    // We may not have been there ourselves when it went: its agents' last beats tell.
    std::optional<MonoTime> lastHeard;
    for (const WatchIndex index : view.watches) {
        const auto &beat = m_watches[index].evidence.lastBeat;
        if (!beat || !m_watches[index].evidence.everBeat || beat->latest >= *view.startedAt)
            continue;
        lastHeard = lastHeard ? std::max(*lastHeard, beat->earliest) : beat->earliest;
    }
    return lastHeard ? std::min(began, *lastHeard) : began;
}

bool Core::wasOurs(const RegistryView &view) const {
    // Too short for anybody to be lost: at our own start, for one.
    if (view.unheard < m_thresholds.paced(kShortOutageSeconds))
        return !view.failedInGap;
    // As it could not be reached at all, only our way to it was cut.
    return view.heardInGap && !mayBeIll(view.blindAs);
}

MonoTime Core::gapEnd(const RegistryView &view) {
    // Its stream may stand for longer than anything can be read.
    const auto gap = view.sight.gaps.last();
    return gap ? std::max(gap->to, *view.sight.since) : *view.sight.since;
}

MonoTime Core::hearingSince(const RegistryView &view) const {
    // A process that runs is not enough where its database is away: somebody must have been heard
    // since it was started.
    MonoTime since = gapEnd(view);
    if (view.heardInGap && *view.heardInGap > *view.startedAt)
        since = std::min(since, *view.heardInGap);
    for (const WatchIndex index : view.watches)
        if (const auto &beat = m_watches[index].evidence.lastBeat;
            beat && beat->earliest > *view.startedAt)
            since = std::min(since, beat->latest);
    return since;
}

void Core::settleGrace(RegistryView &view, MonoTime now) {
    view.alertsWait = false;
    if (!view.sight.since || now >= view.sight.graceUntil)
        return;
    const bool understood = !view.explainWanted && !view.listWanted;
    const bool news = understood != view.sight.understood;
    view.sight.understood = understood;
    const Nanoseconds grace = m_thresholds.paced(kGraceSeconds);
    const auto gap = view.sight.gaps.last();
    const bool inGap = view.startedAt && gap && *view.startedAt >= gap->from;
    if (view.startedAt &&
        (*view.startedAt > view.blindSince - 2s || (inGap && now < *view.startedAt + grace))) {
        // It was started anew: its agents come back from when it hears again.
        const MonoTime until =
            std::min(view.sight.graceUntil, std::max(now, hearingSince(view) + grace + 1s));
        if (!news && until == view.sight.graceUntil)
            return;
        view.sight.graceUntil = until;
        view.sight.gaps.add({outageBegan(view), gapEnd(view)});
    } else if (understood && view.startedAt && !view.gapWasOurs && wasOurs(view) &&
               !leftBehind(view, now)) {
        // It ran all the while, and heard others.
        view.sight.graceUntil = std::max(now, view.graceBefore);
        view.sight.gaps.dropLast();
        view.gapWasOurs = true;
    } else if (!news) {
        return;
    }
    for (const WatchIndex index : view.watches) { // fewer are excused now: the next tick looks
        m_watches[index].dueAt = now;
        m_timetable.emplace(now, index);
    }
}

void Core::readWorked(RegistryIndex index, MonoTime sentAt, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[index];
    view.limitsInRow = 0;
    const bool failedLately = view.failedLately(now);
    view.failuresInRow = 0;
    view.listTriedSince.reset();
    view.opinionWanted = false;
    if (!isSighted(view.link))
        return; // an answer that came before the word of our link
    // Reads that failed excuse as a lost link does; so does any other stretch without a proof.
    const bool failed = view.failing;
    if (failed) {
        gainSight(index, now);
        tellSight(index, effects);
    } else {
        noteGap(view, now, failedLately);
    }
    view.heardAt = std::max(view.heardAt, sentAt);
    view.goodReadAt = std::max(view.goodReadAt, sentAt);
    if (!std::exchange(view.everHeard, true))
        tellSight(index, effects);
    if (view.sight.outOfDate)
        return; // good answers, but old ones
    view.troubleSince.reset();
    if (std::exchange(view.alerted, false))
        effects.emplace_back(effect::RegistryAlertResolved{index});
    if (failed)
        updateAll(index, now, effects);
}

void Core::recordWorked(RegistryIndex index) {
    RegistryView &view = m_registries[index];
    ++view.recordsInRow;
    if (view.recordsInRow >= kFailing || !view.recordsIll)
        view.recordFailuresInRow = 0;
    view.recordsIll = view.recordsIll && view.recordsInRow < kFailing;
}

void Core::readDidNotWork(RegistryIndex index, std::optional<WatchIndex> subject, LinkState as,
                          MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[index];
    // Records that fail while lists work say nothing new of the registry.
    if (view.recordsIll && subject && view.listFailuresInRow == 0)
        return;
    if (view.failuresInRow++ == 0) {
        view.failingSince = now;
        view.failedFirst = subject;
        view.severalFailed = false;
    }
    view.severalFailed = view.severalFailed || view.failedFirst != subject;
    // One agent's record, or the list, may be ill by itself: another answer tells.
    view.opinionWanted = view.opinionWanted || !subject;
    if (view.failuresInRow < kFailing || !isSighted(view.link))
        return;
    if (!view.severalFailed && !view.failing && !view.watches.empty()) {
        view.listWanted = view.listWanted || subject;
        return;
    }
    view.listWanted = true; // in turn with records: one may work where the other does not
    // Only records may be ill: a list tells, where it is quick.
    if (subject && !view.failing && view.listFailuresInRow == 0) {
        view.listTriedSince = view.listTriedSince.value_or(now);
        if (view.recordsLimited || now - *view.listTriedSince < kListTells)
            return; // where we are limited it has to wait for its turn
    }
    const MonoTime retryAt = now + retryPace(now - view.failingSince, m_random);
    // What was asked long ago and is given up now must not hold up the next try.
    view.retryAt = view.failing ? std::min(view.retryAt, retryAt) : retryAt;
    // Whatever it was before: one that gives errors, or no answer, may hear nobody.
    if (view.failing && (as == LinkState::Refusing || as == LinkState::Silent))
        view.blindAs = as;
    if (!std::exchange(view.failing, true)) {
        loseSight(index, as, view.failingSince);
        tellSight(index, effects);
        updateAll(index, now, effects);
    }
}

void Core::on(const event::RateLimited &event, MonoTime now, Effects &) {
    RegistryView &view = m_registries[event.registry];
    // Without Retry-After: 5, 10, 20, 30 s.
    const int factor = 1 << std::min(view.limitsInRow, 3);
    view.budget.limited(now, std::min<Nanoseconds>(5s * factor, 30s));
    ++view.limitsInRow;
}

void Core::settleRegistryAlert(RegistryIndex index, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[index];
    if (view.alerted)
        return;
    if (view.sight.since || !view.troubleSince || now - *view.troubleSince < kSilenceBudget)
        return;
    view.alerted = true;
    effects.emplace_back(effect::RegistryAlertRaised{index, view.shown()});
}

} // namespace heartline::liveness
