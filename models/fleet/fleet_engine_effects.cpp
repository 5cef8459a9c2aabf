// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine does with the core's effects.
#include "fleet/fleet_engine.h"

#include <algorithm>

namespace heartline::fleet {

namespace event = liveness::event;
namespace effect = liveness::effect;
using alerts::AlertKind;

void FleetEngine::perform(const effect::WatchAdded &added) {
    const liveness::Watch &watch = m_core.watch(added.watch);
    const AgentIndex agent = m_census.bind(added.watch, watch.entityId);
    noteChange(agent);
    m_changedRegistries.insert(watch.registry);
    m_searchChecks.wanted(agent);
}

void FleetEngine::noteChange(AgentIndex agent, bool beat) {
    bool &beats = m_changedLives[agent];
    beats = beats || beat;
    m_detailChanged = m_detailChanged || m_detail == agent;
}

void FleetEngine::perform(const effect::BeatSeen &seen) {
    const AgentIndex agent = m_census.roster().agentOf(seen.watch);
    noteChange(agent, standing(agent).speaker == seen.watch);
    m_unstored.insert(seen.watch);
    for (const Incident &incident : m_census.take(seen, m_clock.mono()))
        begin(incident);
    AgentEntry &entry = m_agents[agent];
    if (entry.reconnect && entry.reconnect->isRunning()) {
        // Only a beat from after the button was pressed counts as its success.
        const MonoTime pressed = m_clock.mono() - (m_clock.utc() - entry.reconnect->startedAt());
        if (seen.beat.latest >= pressed)
            entry.reconnect->beatHeard();
    }
}

void FleetEngine::perform(const effect::StateChanged &changed) {
    const AgentIndex agent = m_census.roster().agentOf(changed.watch);
    noteChange(agent);
    renewFacts(agent); // another registry may speak for it now
    m_unstored.insert(changed.watch);
    m_searchChecks.wanted(agent);
    if (changed.state == liveness::AgentState::Inactive) // its registry drops it at its next sweep
        m_searchChecks.wantedAt(agent, m_clock.mono() + m_options.thresholds.sweep);
    if (changed.state == liveness::AgentState::Deregistered) {
        m_agents[agent].inSearch.reset();
        m_agents[agent].searchError.clear();
        m_agents[agent].searchedAt.reset();
    }
    tellChange();
    Change::Alert alert = Change::Alert::None;
    const auto incidents = m_census.take(changed, m_clock.mono());
    for (const Incident &incident : incidents)
        if (!incident.begins && end(incident))
            alert = Change::Alert::Resolved;
    m_untoldChange = Change{changed.watch, changed.previous, changed.state, alert, changed.age};
    for (const Incident &incident : incidents)
        if (incident.begins)
            begin(incident);
}

void FleetEngine::begin(const Incident &incident) {
    if (m_alerts.raise(newAlert(incident), m_clock.mono()) != 0)
        tellAlert(incident.watch, Change::Alert::Raised, m_core.watch(incident.watch).judgement.age,
                  incident.lower);
}

bool FleetEngine::end(const Incident &incident) {
    return incident.lower ? m_alerts.resolve(AlertKind::AgentSilentThere, incident.watch,
                                             m_clock.utc(), incident.gone, m_clock.mono())
                          : m_alerts.resolve(AlertKind::AgentStale, incident.agent, m_clock.utc(),
                                             incident.gone, m_clock.mono());
}

void FleetEngine::tellChange() {
    if (m_untoldChange && m_changeSink)
        m_changeSink(*m_untoldChange);
    m_untoldChange.reset();
}

/// A state and the alert that follows from it are told as one change.
void FleetEngine::tellAlert(liveness::WatchIndex watch, Change::Alert alert,
                            std::optional<liveness::Age> age, bool lower) {
    const bool both = alert != Change::Alert::None && m_untoldChange &&
                      m_untoldChange->alert != Change::Alert::None;
    if (!m_untoldChange || m_untoldChange->watch != watch || both) {
        tellChange();
        const liveness::AgentState state = m_core.watch(watch).judgement.state;
        m_untoldChange = Change{watch, state, state, alert, age};
    }
    if (alert != Change::Alert::None) {
        m_untoldChange->alert = alert;
        m_untoldChange->lower = lower;
    }
    tellChange();
    noteChange(m_census.roster().agentOf(watch));
    store(watch, true);
}

alerts::Alert FleetEngine::newAlert(AlertKind kind, liveness::WatchIndex index) const {
    const liveness::Watch &watch = m_core.watch(index);
    alerts::Alert alert;
    alert.kind = kind;
    alert.agent = m_census.roster().agentOf(index);
    alert.subject = kind == AlertKind::AgentSilentThere ? index : alert.agent;
    const auto known = m_agents.find(alert.agent);
    const bool named = known != m_agents.end() && !known->second.facts.name.empty();
    alert.name = named ? known->second.facts.name : watch.entityId;
    alert.registry = hostOf(watch.registry);
    alert.raisedAt = m_clock.utc();
    if (const auto beat = monoOf(watch); beat && kind != AlertKind::AgentFlapping)
        alert.downSince = m_clock.utc() - (m_clock.mono() - *beat);
    return alert;
}

alerts::Alert FleetEngine::newAlert(const Incident &incident) const {
    return newAlert(incident.lower ? AlertKind::AgentSilentThere : AlertKind::AgentStale,
                    incident.watch);
}

void FleetEngine::perform(const effect::AlertRaised &raised) {
    Change::Alert told = Change::Alert::None;
    bool lower = false;
    for (const Incident &incident : m_census.take(raised)) {
        alerts::Alert alert = newAlert(incident);
        alert.old = raised.old;
        alert.cause = incident.lower ? effect::SilenceCause::ItsOwn : raised.cause;
        alert.neverBeat = raised.neverBeat;
        lower = incident.lower;
        if (m_alerts.raise(std::move(alert), m_clock.mono()) != 0)
            told = Change::Alert::Raised;
    }
    tellAlert(raised.watch, told, raised.age, lower);
}

void FleetEngine::perform(const effect::AlertResolved &resolved) {
    Change::Alert told = Change::Alert::None;
    bool lower = true;
    for (const Incident &incident : m_census.take(resolved, m_clock.mono()))
        if (end(incident)) {
            told = Change::Alert::Resolved;
            lower = lower && incident.lower;
        }
    tellAlert(resolved.watch, told, m_core.watch(resolved.watch).judgement.age,
              lower && told != Change::Alert::None);
}

void FleetEngine::tellLink(liveness::RegistryIndex registry, Change::Alert alert) {
    m_changedRegistries.insert(registry);
    const auto link = m_core.registry(registry).shown();
    if (m_linkSink)
        m_linkSink({registry, link, link, alert});
}

void FleetEngine::perform(const effect::RegistryAlertRaised &raised) {
    alerts::Alert alert;
    alert.kind = AlertKind::RegistryBlind;
    alert.subject = raised.registry;
    alert.name = hostOf(raised.registry);
    alert.registry = alert.name;
    alert.reason = liveness::linkWord(raised.state);
    alert.raisedAt = m_clock.utc();
    const liveness::RegistryView &view = m_core.registry(raised.registry);
    alert.downSince =
        m_clock.utc() - (m_clock.mono() - view.troubleSince.value_or(view.blindSince));
    m_alerts.raise(std::move(alert), m_clock.mono());
    tellLink(raised.registry, Change::Alert::Raised);
}

void FleetEngine::perform(const effect::RegistryAlertResolved &resolved) {
    m_alerts.resolve(AlertKind::RegistryBlind, resolved.registry, m_clock.utc(), false,
                     m_clock.mono());
    tellLink(resolved.registry, Change::Alert::Resolved);
}

void FleetEngine::perform(const effect::SightChanged &changed) {
    m_changedRegistries.insert(changed.registry);
    if (m_linkSink)
        m_linkSink({changed.registry, changed.previous, changed.shown, Change::Alert::None});
}

void FleetEngine::perform(const effect::FlappingChanged &changed) {
    const AgentIndex agent = m_census.roster().agentOf(changed.watch);
    if (changed.flapping)
        m_alerts.raise(newAlert(AlertKind::AgentFlapping, changed.watch), m_clock.mono());
    else if (!standing(agent).flapping)
        m_alerts.resolve(AlertKind::AgentFlapping, agent, m_clock.utc(), false, m_clock.mono());
    tellMark(changed.watch);
}

void FleetEngine::perform(const effect::DoubledChanged &changed) {
    tellMark(changed.watch);
}

/// What is said beside the state has changed, and not the state.
void FleetEngine::tellMark(liveness::WatchIndex index) {
    noteChange(m_census.roster().agentOf(index));
    tellChange();
    const liveness::Judgement &judgement = m_core.watch(index).judgement;
    m_untoldChange =
        Change{index, judgement.state, judgement.state, Change::Alert::None, judgement.age};
    tellChange();
}

} // namespace heartline::fleet
