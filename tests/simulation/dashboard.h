// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/census.h"
#include "simulation/link.h"
#include "simulation/program_time.h"

#include <memory>

namespace heartline::simulation {

/// Drives the unchanged core as the program does: performs its effects over modelled links, ticks
/// it, sleeps, and starts again with what it stored.
class Dashboard {
public:
    using Observer = std::function<void(const liveness::Effect &)>;
    using IncidentObserver = std::function<void(const liveness::Census::Incident &)>;
    /// `bytes`: by the program's own client, over bytes, in place of a model of it.
    Dashboard(EventQueue &queue, Random &random, World &world, bool bytes, Observer observer,
              IncidentObserver incidentObserver);

    void start();
    void sleep();
    void wake();
    /// Ends; the core's memory is gone but for what is stored.
    void quit();

    [[nodiscard]] bool isRunning() const { return m_running; }
    [[nodiscard]] const liveness::Core &core() const { return *m_core; }
    [[nodiscard]] const liveness::Census &census() const { return *m_census; }
    [[nodiscard]] Link &link(int registry) { return *m_links[registry]; }
    /// The core's number of an agent; nothing when it does not know it.
    [[nodiscard]] std::optional<liveness::WatchIndex> watchOf(int agent) const;
    [[nodiscard]] int agentOf(liveness::WatchIndex watch) const;
    [[nodiscard]] MonoTime mono() const { return m_time.mono(); }
    /// What its monotonic clock showed at that time.
    [[nodiscard]] MonoTime monoAt(Nanoseconds time) const { return m_time.monoAt(time); }

    /// Of the program's own ticks.
    static constexpr auto kTick = std::chrono::milliseconds(250);

private:
    void feed(const liveness::Event &event);
    void perform(const liveness::Effect &effect);
    /// Of one agent: what the census makes of what the core tells.
    void tellIncidents(const liveness::Effect &told);
    void planTick();
    void makeCore();
    [[nodiscard]] std::unique_ptr<Link> modelLink(Random &random, int registry);
    [[nodiscard]] std::unique_ptr<Link> wireLink(Random &random, int registry);

    EventQueue &m_queue;
    World &m_world;
    const Observer m_observer;
    const IncidentObserver m_incidentObserver;
    ProgramTime m_time;
    std::optional<liveness::Core> m_core;
    std::optional<liveness::Census> m_census;
    std::vector<std::optional<liveness::WatchIndex>> m_watchOf; // by agent
    std::vector<std::unique_ptr<Link>> m_links;
    std::vector<liveness::event::Remembered> m_stored;
    std::vector<liveness::Effect> m_effects;
    bool m_draining = false;
    bool m_running = false;
    MonoTime m_sleptAt;
    std::optional<Nanoseconds> m_tickAt;
    std::uint64_t m_life = 0;
};

} // namespace heartline::simulation
