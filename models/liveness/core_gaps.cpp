// SPDX-License-Identifier: GPL-3.0-or-later
// Times in which nobody may have been heard: when they begin and end, whose fault they were, and
// who is excused by them.
#include "liveness/core.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace heartline::liveness {

namespace {
/// At our own start: whose last beat is older than this fell silent for reasons of its own.
constexpr double kLatelySeconds = 600;
/// In a large fleet a fourth tells; in a small one a single death must not speak for all.
constexpr std::ptrdiff_t kLargeFleet = 5;
} // namespace

void Core::noteOwnCut(RegistryView &view, MonoTime now) {
    const MonoTime from = view.heardBeforeBlind;
    if (from >= view.sight.ownCutGraceUntil)
        view.sight.ownCutFrom = from;
    // Where nothing was heard since the last one, it goes on.
    const auto last = view.sight.ownCuts.last();
    if (!last || from > last->from)
        view.sight.ownCutSeenAt = view.linkLostAt;
    view.sight.ownCuts.add({from, now});
    view.sight.ownCutGraceUntil = now + m_thresholds.paced(kGraceSeconds);
}

void Core::openGap(RegistryView &view, MonoTime from, MonoTime until) {
    if (from != view.unheardFrom) {
        view.heardInGap.reset();
        view.strangersAges.clear();
        view.startedAt.reset();
        view.graceBefore = view.sight.graceUntil;
        view.gapWasOurs = false;
        view.illInGap = false;
    }
    view.illInGap = view.illInGap || view.wasIll;
    view.leftBehind.reset();
    view.failedInGap = false;
    view.unheardFrom = from;
    view.unheard = until - from;
    // What was heard before it may never have been written.
    for (const WatchIndex index : view.watches)
        m_watches[index].evidence.unconfirmedSince.reset();
    view.gapWasSeen = view.everHeard;
    const MonoTime began = view.everHeard ? from : MonoTime::min();
    view.sight.gaps.add({began, until});
    view.sight.graceUntil = until + m_thresholds.paced(kGraceSeconds);
    if (from < view.sight.ownCutGraceUntil) // so is who shares our line
        view.sight.ownCutGraceUntil = view.sight.graceUntil;
    view.sight.understood = false;
    if (!std::exchange(view.explainWanted, true))
        view.explainNotBefore = until;
}

void Core::noteGap(RegistryView &view, MonoTime until, bool failed, bool lost) {
    // One that is short, but shows, is subtracted as well: it may not be the only one, or the
    // registry was started anew. Of the time before the first proof nothing is known at all.
    const double least = !view.everHeard || (failed && lost) ? kUnprovedSeconds
                         : failed || lost                    ? kBriefOutageSeconds
                                                             : kShortOutageSeconds;
    const bool first = !view.seenBefore || (lost && !view.everHeard);
    if (!first && until - view.answeredAt() < m_thresholds.paced(least))
        return;
    openGap(view, view.heardAt, until);
    view.failedInGap = failed;
}

bool Core::oursBeatOn(RegistryView &view, MonoTime now) const {
    if (view.beatsWeighedAt && now - *view.beatsWeighedAt < m_thresholds.paced(1))
        return view.beatOn;
    const Nanoseconds turn = m_thresholds.paced(kTurnSeconds);
    const MonoTime since = std::max(view.failingSince, now - turn);
    // Who is silent may be so for an outage just before, or for several.
    const MonoTime lately =
        std::min(view.failingSince, view.goodReadAt) - m_thresholds.paced(kLatelySeconds);
    double before = 0;
    double heard = 0;
    for (const WatchIndex index : view.watches) {
        const Watch &watch = m_watches[index];
        // Where an alert fires, or beats were forged, they may be forged now.
        if (watch.alerted || watch.evidence.gone || watch.evidence.streamDoubted)
            continue;
        const auto &beat = watch.evidence.lastBeat;
        const auto &last = watch.evidence.lastStreamEventAt;
        before += beat && beat->latest >= lately ? 1 : 0;
        heard += last && *last >= since ? 1 : 0;
    }
    // Of those whose turn it was, half; a stranger, whom anybody can make up, is no witness.
    const double due = before * toSeconds(now - since) / toSeconds(turn);
    view.beatsWeighedAt = now;
    view.beatOn = heard > 0 && heard * 2 >= due;
    return view.beatOn;
}

void Core::noteHearing(RegistryView &view, const BeatFact &beat, MonoTime now) {
    // While reads fail one beat proves nothing, as it may be made up: most of ours must beat on.
    if (view.failing && !oursBeatOn(view, now))
        return;
    if (view.seenBefore) { // the beat may have waited in our own socket
        noteGap(view, beat.latest, view.failedLately(now));
    }
    view.heardAt = std::max(view.heardAt, beat.latest);
}

void Core::noteBeatInGap(RegistryView &view, const BeatFact &beat, MonoTime now) {
    if (!view.sight.since || now >= view.sight.graceUntil)
        return;
    const auto gap = view.sight.gaps.last();
    if (!gap || !view.unheardFrom)
        return;
    // Well inside the gap on both sides, so that no rounding can fake it.
    const MonoTime from = *view.unheardFrom + m_thresholds.paced(5);
    const MonoTime to = gap->to - Nanoseconds(2s);
    if (beat.earliest <= from || beat.latest >= to)
        return;
    const bool first = !view.heardInGap;
    view.heardInGap = first ? beat.earliest : std::max(*view.heardInGap, beat.earliest);
    if (first)
        settleGrace(view, now);
}

void Core::on(const event::OutageExplained &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    readWorked(event.registry, event.sentAt, now, effects, provedBy(view, event.witnesses.size()));
    view.explainWanted = false;
    view.explainPendingSince.reset();
    if (event.uptime)
        view.startedAt = event.sentAt - *event.uptime;
    weighWitnesses(event.registry, event, now);
    settleGrace(view, now);
    updateAll(event.registry, now, effects);
    scheduleReads(event.registry, now, effects);
}

void Core::on(const event::OutageUnexplained &event, MonoTime now, Effects &) {
    RegistryView &view = m_registries[event.registry];
    view.explainPendingSince.reset();
    view.explainNotBefore = now + 5s;
    if (event.limited) {
        (void)noteLimit(view, now);
        view.explainYields = true;
    }
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
    // Who fell silent with our line says nothing of the registry.
    const auto shares = [&](Nanoseconds age) {
        return mayShareOurLine({age, age}, view.sight, m_thresholds, now);
    };
    std::vector<Nanoseconds> ages;
    std::copy_if(view.strangersAges.begin(), view.strangersAges.end(), std::back_inserter(ages),
                 std::not_fn(shares));
    std::size_t unread = 0;
    const Nanoseconds turn = m_thresholds.paced(kTurnSeconds);
    for (const WatchIndex index : view.watches) {
        const Evidence &evidence = m_watches[index].evidence;
        const auto newest = evidence.newest();
        if (evidence.gone || !evidence.lastBeat)
            continue;
        if (!newest || !view.sight.since || *newest < *view.sight.since) {
            ++unread; // what we knew before says nothing of the time since
            continue;
        }
        const auto age = ageOf(evidence, now);
        // It may beat or not, until a clock or its next beat tells.
        const bool open = age && age->middle() > turn && age->least <= turn;
        if (open)
            ++unread;
        else if (age && !shares(age->least))
            ages.push_back(age->middle());
    }
    if (unread * 4 > view.watches.size())
        return std::nullopt;
    std::sort(ages.begin(), ages.end());
    // Who was silent for a turn when the gap began fell silent before it.
    const Nanoseconds lately = view.gapWasSeen ? now - *view.unheardFrom + turn
                                               : std::max(m_thresholds.paced(kLatelySeconds),
                                                          view.unheard + m_thresholds.paced(60));
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

MonoTime Core::outageBegan(const RegistryView &view) const {
    const MonoTime began = view.heardAt;
    // We were not there ourselves when it went: its agents' last beats tell.
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
        return !view.failedInGap && !view.illInGap;
    // As it could not be reached at all, only our way to it was cut.
    return view.heardInGap && !view.illInGap;
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
    if (view.failedInGap) // whom it heard before that tells nothing of the time after
        return since;
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
    // At our own start its agents may still be coming back from a start of its own.
    const Nanoseconds startsCount = view.gapWasSeen ? Nanoseconds(2s) : grace;
    if (gap && view.unheardFrom && view.startedAt > *view.unheardFrom - startsCount) {
        // It was started anew: its agents come back from when it hears again.
        const MonoTime until =
            std::min(view.sight.graceUntil, std::max(now, hearingSince(view) + grace + 1s));
        if (!news && until == view.sight.graceUntil)
            return;
        view.sight.graceUntil = until;
        const MonoTime began = view.gapWasSeen ? *view.unheardFrom : outageBegan(view);
        view.sight.gaps.add({began, gapEnd(view)});
    } else if (understood && view.startedAt && !view.gapWasOurs && wasOurs(view) &&
               !leftBehind(view, now)) {
        // It ran all the while, and heard others.
        view.sight.graceUntil = std::max(now, view.graceBefore);
        view.sight.gaps.dropLast();
        view.unheardFrom.reset();
        view.gapWasOurs = true;
    } else if (!news) {
        return;
    }
    for (const WatchIndex index : view.watches) { // fewer are excused now: the next tick looks
        m_watches[index].dueAt = now;
        m_timetable.emplace(now, index);
    }
}

} // namespace heartline::liveness
