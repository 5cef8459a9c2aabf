// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/core.h"

#include <algorithm>

namespace heartline::liveness {

namespace {
/// Agents come back to a registry that was away after up to 60 s of backoff; then one handshake.
constexpr double kGraceSeconds = 75;
} // namespace

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
    if (watch->evidence.hear(beat))
        effects.emplace_back(effect::BeatSeen{index, beat});
    liftGraceIfHeard(m_registries[event.registry], beat, now);
    update(index, now, effects);
}

void Core::on(const event::ConnectionSeen &event, MonoTime, Effects &) {
    WatchIndex index = 0;
    if (Watch *watch = find(event.registry, event.entityId, index))
        ++watch->evidence.connectionsSeen;
}

void Core::on(const event::ChangeHinted &event, MonoTime now, Effects &) {
    // The next tick spends the budget: a sweep hints at many at once.
    WatchIndex index = 0;
    if (Watch *watch = find(event.registry, event.entityId, index)) {
        watch->readWanted = true;
        watch->notBefore = now;
    } else {
        m_registries[event.registry].listWanted = true; // it may be a new agent of ours
    }
}

void Core::on(const event::RecordRead &event, MonoTime now, Effects &effects) {
    WatchIndex index = 0;
    if (!find(event.registry, event.entityId, index)) {
        index = static_cast<WatchIndex>(m_watches.size());
        Watch &added = m_watches.emplace_back();
        added.registry = event.registry;
        added.entityId = event.entityId;
        RegistryView &view = m_registries[event.registry];
        view.watches.push_back(index);
        view.byId.emplace(event.entityId, index);
        effects.emplace_back(effect::WatchAdded{index});
    }
    Watch &watch = m_watches[index];
    watch.readPendingSince.reset();
    watch.readWanted = false;
    watch.failures = 0;
    if (watch.evidence.read(event.record, event.sentAt, now)) {
        effects.emplace_back(effect::BeatSeen{index, *watch.evidence.lastBeat});
        liftGraceIfHeard(m_registries[event.registry], *watch.evidence.lastBeat, now);
    }
    update(index, now, effects);
}

void Core::on(const event::RecordMissing &event, MonoTime now, Effects &effects) {
    WatchIndex index = 0;
    Watch *watch = find(event.registry, event.entityId, index);
    if (!watch)
        return;
    watch->readPendingSince.reset();
    watch->readWanted = false;
    watch->failures = 0;
    watch->evidence.recordSentAt = event.sentAt;
    watch->evidence.recordReadAt = now;
    watch->evidence.lastReadFailed = false;
    watch->evidence.gone = true;
    update(index, now, effects);
}

void Core::on(const event::ReadFailed &event, MonoTime now, Effects &effects) {
    WatchIndex index = 0;
    Watch *watch = find(event.registry, event.entityId, index);
    if (!watch)
        return;
    watch->readPendingSince.reset();
    watch->evidence.lastReadFailed = true;
    // Tried again after 1, 2, 4 … 32 s, so that one that always fails holds nobody up.
    watch->notBefore = now + m_thresholds.paced(1 << std::min(watch->failures, 5));
    ++watch->failures;
    update(index, now, effects);
}

void Core::on(const event::ListRead &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    view.listPendingSince.reset();
    view.lastListAt = now;
    if (event.good)
        view.listWanted = false;
    if (event.good && event.complete)
        for (const WatchIndex index : view.watches) {
            Watch &watch = m_watches[index];
            if (!watch.evidence.gone &&
                (!watch.evidence.recordSentAt || *watch.evidence.recordSentAt < event.sentAt))
                watch.readWanted = true;
        }
    scheduleReads(event.registry, now, effects);
}

void Core::on(const event::LinkChanged &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    const bool before = isSighted(view.link);
    const bool after = isSighted(event.state);
    view.link = event.state;
    if (before && !after) {
        view.sight.since.reset();
        view.blindSince = std::min(event.lastContact, now);
    } else if (!before && after) {
        view.sight.since = now;
        view.sight.gap = now - view.blindSince;
        view.sight.graceUntil = now + m_thresholds.paced(kGraceSeconds);
        view.listWanted = true;
        view.listPendingSince.reset();
        for (const WatchIndex index : view.watches) {
            Watch &watch = m_watches[index];
            watch.readPendingSince.reset();
            watch.readWanted = true;
            watch.notBefore = now;
            watch.failures = 0;
        }
        if (std::exchange(view.alerted, false))
            effects.emplace_back(effect::RegistryAlertResolved{event.registry});
    }
    for (const WatchIndex index : view.watches)
        update(index, now, effects);
    scheduleReads(event.registry, now, effects);
}

void Core::on(const event::RateLimited &event, MonoTime now, Effects &) {
    m_registries[event.registry].budget.limited(now, 5s);
}

void Core::on(const event::ReadWanted &event, MonoTime now, Effects &effects) {
    if (event.watch >= m_watches.size())
        return;
    Watch &watch = m_watches[event.watch];
    watch.readWanted = true;
    watch.notBefore = now;
    scheduleReads(watch.registry, now, effects);
}

void Core::on(const event::Tick &, MonoTime now, Effects &effects) {
    for (WatchIndex index = 0; index < m_watches.size(); ++index)
        update(index, now, effects);
    for (RegistryIndex index = 0; index < m_registries.size(); ++index) {
        RegistryView &view = m_registries[index];
        if (!isSighted(view.link) && !view.alerted && now - view.blindSince >= kSilenceBudget) {
            view.alerted = true;
            effects.emplace_back(effect::RegistryAlertRaised{index, view.link});
        }
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

void Core::liftGraceIfHeard(RegistryView &view, const BeatFact &beat, MonoTime now) {
    if (!view.sight.since || now >= view.sight.graceUntil || !view.clock.isKnown())
        return;
    // Well inside the blind time on both sides, so that no rounding can fake it.
    const UtcTime from = view.clock.latest(view.blindSince) + m_thresholds.paced(5);
    const UtcTime to = view.clock.earliest(*view.sight.since) - 2s;
    if (beat.earliest > from && beat.latest < to)
        view.sight.graceUntil = now;
}

} // namespace heartline::liveness
