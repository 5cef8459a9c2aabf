// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/dashboard.h"

#include "simulation/model_link.h"
#include "simulation/wire_link.h"

#include <algorithm>

namespace heartline::simulation {

namespace event = liveness::event;
namespace effect = liveness::effect;

Dashboard::Dashboard(EventQueue &queue, Random &random, World &world, bool bytes, Observer observer,
                     IncidentObserver incidentObserver)
    : m_queue(queue), m_world(world), m_observer(std::move(observer)),
      m_incidentObserver(std::move(incidentObserver)),
      m_time(queue, world, random.between(-20e-6, 20e-6)) {
    makeCore();
    for (int i = 0; i < static_cast<int>(world.registries().size()); ++i)
        m_links.push_back(bytes ? wireLink(random, i) : modelLink(random, i));
}

std::unique_ptr<Link> Dashboard::modelLink(Random &random, int registry) {
    const auto index = static_cast<liveness::RegistryIndex>(registry);
    const auto heard = [this, index](const StreamEvent &told) {
        const std::string &id = m_world.agents()[told.agent].id;
        switch (told.kind) {
        case StreamEvent::Kind::Beat:
            return feed(event::BeatHeard{index, id, told.stamp});
        case StreamEvent::Kind::BecameActive:
            return feed(event::ConnectionSeen{index, id});
        case StreamEvent::Kind::Registered:
            return feed(event::ChangeHinted{index, id, true});
        case StreamEvent::Kind::Deregistered:
            return feed(event::ChangeHinted{index, id, false, true});
        case StreamEvent::Kind::Others:
            return feed(event::OthersHeard{index, told.stamp});
        case StreamEvent::Kind::Hint:
            return feed(event::ChangeHinted{index, id});
        }
    };
    return std::make_unique<ModelLink>(
        m_queue, random, m_world, registry,
        ModelLink::Hooks{.feed = [this](const liveness::Event &fed) { feed(fed); },
                         .heard = heard,
                         .mono = [this] { return mono(); },
                         .clock = [this, index]() -> liveness::RegistryClock & {
                             return m_core->clock(index);
                         }});
}

std::unique_ptr<Link> Dashboard::wireLink(Random &random, int registry) {
    const auto index = static_cast<liveness::RegistryIndex>(registry);
    return std::make_unique<WireLink>(
        m_queue, random, m_world, registry, m_time,
        WireLink::Hooks{
            .feed = [this](const liveness::Event &fed) { feed(fed); },
            .clock = [this, index]() -> liveness::RegistryClock & { return m_core->clock(index); },
            .wanted = [this,
                       index](std::string_view id) { return m_core->listensFor(index, id); }});
}

void Dashboard::makeCore() {
    m_core.emplace(liveness::Thresholds{}, mono());
    m_census.emplace(*m_core);
    m_watchOf.assign(m_world.agents().size(), std::nullopt);
    for (std::size_t i = 0; i < m_world.registries().size(); ++i)
        (void)m_core->addRegistry(mono());
}

std::optional<liveness::WatchIndex> Dashboard::watchOf(int agent) const {
    return m_watchOf[agent];
}

int Dashboard::agentOf(liveness::WatchIndex watch) const {
    const liveness::Watch &known = m_core->watch(watch);
    return m_world.agentAt(static_cast<int>(known.registry), known.entityId);
}

void Dashboard::start() {
    m_running = true;
    ++m_life;
    m_tickAt.reset();
    makeCore();
    for (const event::Remembered &stored : std::exchange(m_stored, {}))
        feed(stored);
    for (const liveness::Census::Incident &incident : m_census->restore())
        m_incidentObserver(incident);
    for (auto &link : m_links)
        link->start();
    planTick();
}

void Dashboard::sleep() {
    m_running = false;
    ++m_life;
    m_sleptAt = mono();
    m_time.sleep();
    for (auto &link : m_links)
        link->sleep();
}

void Dashboard::wake() {
    m_running = true;
    m_tickAt.reset();
    m_time.wake();
    for (auto &link : m_links)
        link->wake();
    feed(event::Woke{m_sleptAt});
    feed(event::Tick{}); // the program's own follows at once
    planTick();
}

void Dashboard::quit() {
    m_running = false;
    ++m_life;
    for (auto &link : m_links)
        link->quit();
    for (liveness::WatchIndex i = 0; i < m_core->watchCount(); ++i)
        m_stored.push_back(m_core->remember(i));
}

void Dashboard::planTick() {
    if (!m_running || m_draining)
        return;
    const Nanoseconds wait = std::max<Nanoseconds>(m_core->nextDeadline() - mono(), 0ns);
    const Nanoseconds at = (m_queue.now() + wait + kTick) / kTick * kTick;
    if (m_tickAt && *m_tickAt <= at)
        return;
    m_tickAt = at;
    const std::uint64_t life = m_life;
    m_queue.at(at, [this, life, at] {
        if (m_life != life || m_tickAt != at)
            return;
        m_tickAt.reset();
        feed(event::Tick{});
    });
}

void Dashboard::feed(const liveness::Event &fed) {
    m_core->handle(fed, mono(), m_effects);
    if (m_draining)
        return;
    m_draining = true;
    for (std::size_t i = 0; i < m_effects.size(); ++i) {
        const liveness::Effect next = m_effects[i]; // performing may add more
        perform(next);
    }
    m_effects.clear();
    m_draining = false;
    planTick();
}

void Dashboard::perform(const liveness::Effect &performed) {
    if (const auto *record = std::get_if<effect::ReadRecord>(&performed))
        m_links[record->registry]->readRecord(
            m_world.agentAt(static_cast<int>(record->registry), record->entityId), record->urgent);
    else if (const auto *list = std::get_if<effect::ReadList>(&performed))
        m_links[list->registry]->readList(list->paging, list->rest);
    else if (const auto *explain = std::get_if<effect::ExplainOutage>(&performed))
        m_links[explain->registry]->explainOutage();
    else if (const auto *dial = std::get_if<effect::DialAnew>(&performed))
        m_links[dial->registry]->dialAnew();
    else {
        if (const auto *added = std::get_if<effect::WatchAdded>(&performed)) {
            m_watchOf[agentOf(added->watch)] = added->watch;
            m_census->bind(added->watch, m_core->watch(added->watch).entityId);
        }
        m_observer(performed);
        tellIncidents(performed);
    }
}

void Dashboard::tellIncidents(const liveness::Effect &told) {
    liveness::Census::Incidents incidents;
    if (const auto *raised = std::get_if<effect::AlertRaised>(&told))
        incidents = m_census->take(*raised);
    else if (const auto *resolved = std::get_if<effect::AlertResolved>(&told))
        incidents = m_census->take(*resolved, mono());
    else if (const auto *changed = std::get_if<effect::StateChanged>(&told))
        incidents = m_census->take(*changed, mono());
    else if (const auto *seen = std::get_if<effect::BeatSeen>(&told))
        incidents = m_census->take(*seen, mono());
    for (const liveness::Census::Incident &incident : incidents)
        m_incidentObserver(incident);
}

} // namespace heartline::simulation
