// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/system_clock.h"
#include "fleet.h"

namespace heartline::test {

/// Gives QML tests a fleet without an engine: what the engine would send comes from here.
class FleetDriver : public QObject {
    Q_OBJECT
public:
    explicit FleetDriver(fleet::Fleet &fleet) : m_fleet(fleet) {}

    /// `count` healthy agents "agent 0" … on a registry that is seen.
    Q_INVOKABLE void load(int count) {
        m_fleet.agents()->clear();
        m_fleet.registries()->clear();
        m_fleet.alerts()->clear();
        fleet::FleetUpdate update;
        update.settled = true;
        fleet::RegistryLife registry;
        registry.host = "zns01.zynd.ai";
        registry.link = liveness::LinkState::Connected;
        registry.sighted = true;
        registry.lastContact = m_fleet.mono();
        update.registries = {registry};
        for (int i = 0; i < count; ++i) {
            fleet::AgentFacts facts;
            facts.index = static_cast<std::uint32_t>(i);
            facts.entityId = "zns:" + std::to_string(i);
            facts.name = "agent " + std::to_string(i);
            facts.proved = true;
            facts.registries = {0};
            update.facts.push_back(facts);
            update.lives.push_back(life(i, liveness::AgentState::Active, 5));
        }
        m_fleet.apply(update);
    }
    Q_INVOKABLE void set(int index, int state, double ageSeconds, bool alerted) {
        fleet::FleetUpdate update;
        update.lives = {life(index, static_cast<liveness::AgentState>(state), ageSeconds)};
        update.lives[0].alerted = alerted;
        m_fleet.apply(update);
    }
    Q_INVOKABLE void raise(int index) {
        alerts::Alert alert;
        alert.id = 1;
        alert.agent = static_cast<std::uint32_t>(index);
        alert.name = m_fleet.agents()->nameOf(index).toStdString();
        alert.registry = "zns01.zynd.ai";
        fleet::FleetUpdate update;
        update.alerts.changed = {alert};
        m_fleet.apply(update);
    }
    /// The first picture is not whole yet, or is.
    Q_INVOKABLE void settle(bool settled) {
        fleet::FleetUpdate update;
        update.settled = settled;
        m_fleet.apply(update);
    }
    /// The registry answers no read, or no list, though its link stands.
    Q_INVOKABLE void failReads(const QString &reason, bool listOnly) {
        fleet::FleetUpdate update;
        fleet::RegistryLife registry;
        registry.host = "zns01.zynd.ai";
        registry.link = listOnly ? liveness::LinkState::Connected : liveness::LinkState::Refusing;
        registry.sighted = listOnly;
        registry.detail = listOnly ? std::string() : reason.toStdString();
        registry.listError = listOnly ? reason.toStdString() : std::string();
        registry.lastContact = m_fleet.mono() - 100s;
        update.registries = {registry};
        m_fleet.apply(update);
    }
    /// What is to be said beside the state.
    Q_INVOKABLE void mark(int index, bool flapping, const QString &dissent, bool found) {
        fleet::FleetUpdate update;
        update.lives = {life(index, liveness::AgentState::Active, 5)};
        update.lives[0].flapping = flapping;
        update.lives[0].dissent = dissent.toStdString();
        update.lives[0].inSearch = found;
        m_fleet.apply(update);
    }
    /// Its home registry is not watched.
    Q_INVOKABLE void sendAway(int index, const QString &home, const QString &url) {
        fleet::FleetUpdate update;
        update.detail.emplace();
        update.detail->index = static_cast<std::uint32_t>(index);
        update.detail->home =
            fleet::HomeOffer{"zns:registry:1", home.toStdString(), url.toStdString()};
        m_fleet.apply(update);
    }
    /// Its registry has no record of it any more.
    Q_INVOKABLE void lose(int index) {
        fleet::FleetUpdate update;
        update.lives = {life(index, liveness::AgentState::Unknown, 200)};
        update.lives[0].missing = true;
        update.detail.emplace();
        update.detail->index = static_cast<std::uint32_t>(index);
        update.detail->missing = true;
        m_fleet.apply(update);
    }
    /// Another registry answers in the place of the known one.
    Q_INVOKABLE void replaceRegistry() {
        fleet::FleetUpdate update;
        fleet::RegistryLife registry;
        registry.host = "zns01.zynd.ai";
        registry.link = liveness::LinkState::OtherRegistry;
        registry.detail = "it was zns:registry:1 and is now zns:registry:2";
        registry.lastContact = m_fleet.mono() - 100s;
        update.registries = {registry};
        m_fleet.apply(update);
    }
    Q_INVOKABLE void missKeys(const QStringList &paths) {
        fleet::FleetUpdate update;
        update.unregistered.emplace();
        for (const QString &path : paths)
            update.unregistered->push_back(path.toStdString());
        m_fleet.apply(update);
    }
    Q_INVOKABLE void describe(int index, const QString &title) {
        fleet::FleetUpdate update;
        update.detail.emplace();
        update.detail->index = static_cast<std::uint32_t>(index);
        update.detail->verdict.title = title.toStdString();
        update.detail->evidence = {
            {fleet::EvidenceLine::Mark::Good, "stream", "<b>heard</b>", "now"}};
        update.detail->steps = {
            {"Wait for a fresh beat", diagnosis::ReconnectStep::State::Running, {}}};
        m_fleet.apply(update);
    }

private:
    fleet::AgentLife life(int index, liveness::AgentState state, double ageSeconds) {
        fleet::AgentLife life;
        life.index = static_cast<std::uint32_t>(index);
        life.state = state;
        life.lastBeat = m_fleet.mono() - fromSeconds(ageSeconds);
        life.beat = true;
        return life;
    }
    fleet::Fleet &m_fleet;
};

} // namespace heartline::test
