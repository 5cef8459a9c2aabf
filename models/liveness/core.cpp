// SPDX-License-Identifier: GPL-3.0-or-later
// What events do to evidence, states and alerts.
#include "liveness/core.h"

#include <algorithm>

namespace heartline::liveness {

Core::Core(const Thresholds &thresholds, MonoTime now) : m_thresholds(thresholds), m_now(now) {}

RegistryIndex Core::addRegistry(MonoTime now) {
    RegistryView &view = m_registries.emplace_back();
    view.blindSince = now;
    view.lastListAt = now;
    return static_cast<RegistryIndex>(m_registries.size() - 1);
}

std::optional<WatchIndex> Core::find(RegistryIndex registry, std::string_view entityId) const {
    const auto &byId = m_registries[registry].byId;
    const auto it = byId.find(std::string(entityId));
    return it == byId.end() ? std::nullopt : std::optional(it->second);
}

Watch *Core::find(RegistryIndex registry, std::string_view entityId, WatchIndex &index) {
    const auto found = std::as_const(*this).find(registry, entityId);
    if (!found)
        return nullptr;
    index = *found;
    return &m_watches[index];
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
    return index;
}

event::Remembered Core::remember(WatchIndex index) const {
    const Watch &watch = m_watches[index];
    const Evidence &evidence = watch.evidence;
    event::Remembered kept{watch.registry,    watch.entityId, evidence.registeredAt, {}, {},
                           evidence.everBeat, evidence.gone,  watch.alerted};
    if (evidence.lastBeat) {
        kept.beatEarliest = evidence.lastBeat->earliest;
        kept.beatLatest = evidence.lastBeat->latest;
    }
    return kept;
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
    WatchIndex index = 0;
    Watch *watch = find(event.registry, event.entityId, index);
    if (!watch)
        return;
    const BeatFact beat = BeatFact::fromStream(event.stamp, now);
    if (watch->evidence.hear(beat)) {
        watch->rhythm.beat(event.stamp);
        effects.emplace_back(effect::BeatSeen{index, beat});
    }
    noteBeatInGap(m_registries[event.registry], beat, now);
    update(index, now, effects);
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
        plan(index, now);
    } else if (event.registered) {
        // Whose it is the event does not say: one list tells, or its record where lists are dear.
        RegistryView &view = m_registries[event.registry];
        view.listWanted = view.listWanted || !view.listFull;
        if (view.newcomers.size() < RegistryView::kMostNewcomers)
            view.newcomers.emplace_back(event.entityId);
    }
}

void Core::on(const event::RecordRead &event, MonoTime now, Effects &effects) {
    const WatchIndex index = findOrAdd(event.registry, event.entityId, effects);
    readWorked(event.registry, now, effects);
    RegistryView &view = m_registries[event.registry];
    view.roundTrip += (now - event.sentAt - view.roundTrip) / 8;
    Watch &watch = m_watches[index];
    watch.readPendingSince.reset();
    watch.readWanted = false;
    watch.failures = 0;
    if (watch.evidence.read(event.record, event.sentAt, now)) {
        effects.emplace_back(effect::BeatSeen{index, *watch.evidence.lastBeat});
        noteBeatInGap(view, *watch.evidence.lastBeat, now);
    }
    update(index, now, effects);
}

void Core::on(const event::RecordMissing &event, MonoTime now, Effects &effects) {
    readWorked(event.registry, now, effects);
    WatchIndex index = 0;
    Watch *watch = find(event.registry, event.entityId, index);
    if (!watch)
        return;
    watch->readPendingSince.reset();
    watch->readWanted = false;
    watch->failures = 0;
    watch->evidence.missed(event.sentAt, now);
    update(index, now, effects);
}

void Core::on(const event::ReadFailed &event, MonoTime now, Effects &effects) {
    readDidNotWork(event.registry, now);
    WatchIndex index = 0;
    Watch *watch = find(event.registry, event.entityId, index);
    if (!watch)
        return;
    watch->readPendingSince.reset();
    watch->readWanted = true;
    watch->evidence.lastReadFailed = true;
    // One that always fails holds nobody up: it is tried again ever later, and after the others.
    watch->notBefore = now + m_thresholds.paced(1 << std::min(watch->failures, 5));
    ++watch->failures;
    update(index, now, effects);
}

void Core::on(const event::ListRead &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    view.listPendingSince.reset();
    view.lastListAt = now;
    if (event.pages > 0) {
        view.lastPagedAt = now;
        view.listPages = event.pages;
    }
    if (!event.good) {
        view.listWanted = view.listWanted || view.listWasWanted;
        readDidNotWork(event.registry, now);
    } else {
        view.listFull = event.pages > 0 || !event.complete;
        if (!view.listFull)
            view.newcomers.clear();
        readWorked(event.registry, now, effects);
    }
    if (event.good && event.complete)
        for (const WatchIndex index : view.watches) {
            Watch &watch = m_watches[index];
            if (watch.evidence.gone ||
                (watch.evidence.recordSentAt && *watch.evidence.recordSentAt >= event.sentAt))
                continue;
            watch.readWanted = true;
            plan(index, now);
        }
    settleGrace(view, now);
    scheduleReads(event.registry, now, effects);
}

void Core::on(const event::ListProgress &event, MonoTime now, Effects &) {
    RegistryView &view = m_registries[event.registry];
    if (view.listPendingSince)
        view.listPendingSince = now;
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
    watch.evidence.everBeat = event.everBeat;
    watch.evidence.gone = event.gone;
    if (event.beatEarliest && event.beatLatest)
        watch.evidence.lastBeat =
            BeatFact{*event.beatEarliest, *event.beatLatest, BeatSource::Record, now};
    watch.alerted = event.alerted;
    if (event.alerted)
        watch.alertedOn = watch.evidence.lastBeat;
    update(index, now, effects);
}

void Core::on(const event::Tick &, MonoTime now, Effects &effects) {
    while (!m_timetable.empty() && m_timetable.top().first <= now) {
        const auto [at, index] = m_timetable.top();
        m_timetable.pop();
        Watch &watch = m_watches[index];
        if (watch.dueAt != at)
            continue; // planned anew since
        watch.dueAt.reset();
        update(index, now, effects);
    }
    for (RegistryIndex index = 0; index < m_registries.size(); ++index) {
        settleRegistryAlert(index, now, effects);
        scheduleReads(index, now, effects);
    }
}

void Core::update(WatchIndex index, MonoTime now, Effects &effects) {
    Watch &watch = m_watches[index];
    const RegistryView &view = m_registries[watch.registry];
    const Judgement judgement = judge(watch.evidence, view.clock, view.sight, m_thresholds, now);
    const AgentState previous = watch.judgement.state;
    watch.judgement = judgement;
    if (judgement.state != previous)
        effects.emplace_back(effect::StateChanged{index, previous, judgement.state, judgement.age});
    settleAlert(index, effects);
    settleFlaps(index, now, effects);
    plan(index, now);
}

void Core::settleAlert(WatchIndex index, Effects &effects) {
    Watch &watch = m_watches[index];
    const AgentState state = watch.judgement.state;
    if (!watch.alerted) {
        if (state != AgentState::Stale && state != AgentState::Inactive)
            return;
        watch.alerted = true;
        watch.alertedOn = watch.evidence.lastBeat;
        effects.emplace_back(effect::AlertRaised{index, watch.judgement.age});
        return;
    }
    // Only a beat resolves, or the agent's end; no data never does.
    const bool beaten =
        watch.evidence.lastBeat && watch.evidence.everBeat &&
        (!watch.alertedOn || watch.evidence.lastBeat->isNewerThan(*watch.alertedOn));
    if (!beaten && state != AgentState::Deregistered)
        return;
    if (state == AgentState::Stale || state == AgentState::Inactive)
        return; // a newer beat, but old already: the same incident goes on
    watch.alerted = false;
    watch.alertedOn.reset();
    effects.emplace_back(effect::AlertResolved{
        index, beaten ? effect::ResolveReason::BeatHeard : effect::ResolveReason::Deregistered});
}

void Core::settleFlaps(WatchIndex index, MonoTime now, Effects &effects) {
    Watch &watch = m_watches[index];
    const AgentState state = watch.judgement.state;
    const bool up = state == AgentState::Active;
    const bool down =
        state == AgentState::Late || state == AgentState::Stale || state == AgentState::Inactive;
    if (up || down) {
        if (watch.wasUp && *watch.wasUp != up)
            watch.flaps.transition(now);
        watch.wasUp = up;
    }
    if (watch.flaps.update(now, m_thresholds.paced(FlapCounter::kWindowSeconds)))
        effects.emplace_back(effect::FlappingChanged{index, watch.flaps.isFlapping()});
    const bool doubled = up && watch.rhythm.isDoubled(m_thresholds.period);
    if (doubled != watch.doubled && (doubled || up)) {
        watch.doubled = doubled;
        effects.emplace_back(effect::DoubledChanged{index, doubled});
    }
}

} // namespace heartline::liveness
