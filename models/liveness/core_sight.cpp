// SPDX-License-Identifier: GPL-3.0-or-later
// Blind times: when they begin and end, whose fault they were, and the registry's own alert.
#include "liveness/core.h"

#include <algorithm>

namespace heartline::liveness {

void Core::on(const event::LinkChanged &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    const bool before = isSighted(view.link);
    const bool after = isSighted(event.state);
    view.link = event.state;
    if (!after && event.state != LinkState::Connecting)
        view.blindAs = event.state;
    if (before && !after)
        loseSight(event.registry, event.state, std::min(event.lastContact, now));
    else if (!before && after)
        gainSight(event.registry, now, effects);
    for (const WatchIndex index : view.watches)
        update(index, now, effects);
    scheduleReads(event.registry, now, effects);
}

void Core::loseSight(RegistryIndex index, LinkState state, MonoTime since) {
    RegistryView &view = m_registries[index];
    view.link = state;
    view.blindAs = state;
    view.sight.since.reset();
    view.blindSince = since;
    view.explainWanted = false;
}

void Core::gainSight(RegistryIndex index, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[index];
    view.sight.since = now;
    view.sight.gap = now - view.blindSince;
    // A registry that is seen for the first time may have been started just now.
    const bool excuses = !std::exchange(view.seenBefore, true) ||
                         view.sight.gap >= m_thresholds.paced(kShortOutageSeconds);
    view.sight.graceUntil = excuses ? now + m_thresholds.paced(kGraceSeconds) : now;
    view.heardInGap = false;
    view.startedAt.reset();
    view.sight.understood = !excuses;
    view.explainWanted = excuses;
    view.explainPendingSince.reset();
    view.explainNotBefore = now;
    view.failingSince.reset();
    view.failuresInRow = 0;
    view.retryAt = now;
    view.listWanted = true;
    view.listPendingSince.reset();
    for (const WatchIndex watched : view.watches) {
        Watch &watch = m_watches[watched];
        watch.readPendingSince.reset();
        watch.readWanted = true;
        watch.notBefore = now;
        watch.failures = 0;
        watch.rhythm.connection(); // beats were missed: gaps tell nothing
    }
    if (std::exchange(view.alerted, false))
        effects.emplace_back(effect::RegistryAlertResolved{index});
}

void Core::on(const event::Woke &event, MonoTime now, Effects &effects) {
    for (RegistryIndex index = 0; index < m_registries.size(); ++index) {
        RegistryView &view = m_registries[index];
        if (isSighted(view.link))
            loseSight(index, LinkState::Connecting, std::min(event.sleptAt, now));
        // We were away, so that a registry which we did not see is not late with its answer.
        else if (!view.alerted)
            view.blindSince = now;
        effects.emplace_back(effect::DialAnew{index});
        for (const WatchIndex watched : view.watches)
            update(watched, now, effects);
    }
}

void Core::noteBeatInGap(RegistryView &view, const BeatFact &beat, MonoTime now) {
    if (!view.sight.since || now >= view.sight.graceUntil || !view.clock.isKnown())
        return;
    // Well inside the blind time on both sides, so that no rounding can fake it.
    const UtcTime from = view.clock.latest(view.blindSince) + m_thresholds.paced(5);
    const UtcTime to = view.clock.earliest(*view.sight.since) - 2s;
    if (beat.earliest > from && beat.latest < to && !view.heardInGap) {
        view.heardInGap = true;
        settleGrace(view, now);
    }
}

void Core::on(const event::OutageExplained &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    readWorked(event.registry, now, effects);
    view.explainWanted = false;
    view.explainPendingSince.reset();
    if (event.uptime)
        view.startedAt = event.sentAt - *event.uptime;
    for (const UtcTime stamp : event.beats)
        noteBeatInGap(view, BeatFact::fromRecord(stamp, now), now);
    settleGrace(view, now);
    for (const WatchIndex index : view.watches)
        update(index, now, effects);
    scheduleReads(event.registry, now, effects);
}

void Core::on(const event::OutageUnexplained &event, MonoTime now, Effects &) {
    RegistryView &view = m_registries[event.registry];
    view.explainPendingSince.reset();
    view.explainNotBefore = now + 5s;
}

MonoTime Core::outageBegan(const RegistryView &view) const {
    MonoTime began = view.blindSince;
    if (!view.clock.isKnown())
        return began;
    // We may not have been there ourselves when it went: its agents' last beats tell.
    std::optional<MonoTime> lastHeard;
    for (const WatchIndex index : view.watches) {
        const auto &beat = m_watches[index].evidence.lastBeat;
        if (!beat || !m_watches[index].evidence.everBeat ||
            beat->latest >= view.clock.earliest(*view.startedAt))
            continue;
        const MonoTime at = *view.startedAt - (view.clock.latest(*view.startedAt) - beat->earliest);
        lastHeard = lastHeard ? std::max(*lastHeard, at) : at;
    }
    return lastHeard ? std::min(began, *lastHeard) : began;
}

void Core::settleGrace(RegistryView &view, MonoTime now) {
    if (!view.sight.since || now >= view.sight.graceUntil)
        return;
    const bool understood = !view.explainWanted && !view.listWanted;
    const bool news = understood != view.sight.understood;
    view.sight.understood = understood;
    const Nanoseconds grace = m_thresholds.paced(kGraceSeconds);
    if (view.startedAt &&
        (*view.startedAt > view.blindSince - 2s || now < *view.startedAt + grace)) {
        // It was started anew: its agents come back from then on.
        view.sight.graceUntil =
            std::min(view.sight.graceUntil, std::max(now, *view.startedAt + grace + 1s));
        view.sight.gap = *view.sight.since - outageBegan(view);
    } else if (view.startedAt && view.heardInGap && view.blindAs != LinkState::Silent &&
               view.blindAs != LinkState::Refusing) {
        // It ran all the while. As it could not be reached at all, or something else answered, only
        // our way to it was cut. Had it accepted us and given no answer, or its proxy an error, it
        // might have been frozen, and then it heard nobody either.
        view.sight.graceUntil = now;
    } else if (!news) {
        return;
    }
    for (const WatchIndex index : view.watches) { // fewer are excused now: the next tick looks
        m_watches[index].dueAt = now;
        m_timetable.emplace(now, index);
    }
}

void Core::readWorked(RegistryIndex index, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[index];
    view.limitsInRow = 0;
    if (!view.failingSince)
        return;
    // It reads again: whoever waits for a second try need not wait longer.
    const bool wasFailing = view.failuresInRow >= 3;
    view.failingSince.reset();
    view.failuresInRow = 0;
    view.retryAt = now;
    if (isSighted(view.link) && std::exchange(view.alerted, false))
        effects.emplace_back(effect::RegistryAlertResolved{index});
    if (!wasFailing)
        return;
    for (const WatchIndex watched : view.watches) {
        Watch &watch = m_watches[watched];
        if (watch.failures > 0) {
            watch.notBefore = now;
            watch.failures = 0;
            plan(watched, now);
        }
    }
}

void Core::readDidNotWork(RegistryIndex index, MonoTime now) {
    RegistryView &view = m_registries[index];
    if (!view.failingSince)
        view.failingSince = now;
    ++view.failuresInRow;
    if (view.failuresInRow >= 3)
        view.retryAt = std::max(view.retryAt, now + 1500ms);
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
    const bool blind = !isSighted(view.link);
    const auto since = blind ? std::optional(view.blindSince) : view.failingSince;
    if (!since || now - *since < kSilenceBudget)
        return;
    view.alerted = true;
    effects.emplace_back(
        effect::RegistryAlertRaised{index, blind ? view.link : LinkState::Refusing});
}

} // namespace heartline::liveness
