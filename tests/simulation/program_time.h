// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/scheduler.h"
#include "simulation/world.h"

#include <map>

namespace heartline::simulation {

/// Time as our program sees it, on a machine that may sleep: its clocks, one of which drifts, and
/// timers, which stand still while it sleeps.
class ProgramTime : public Clock, public Scheduler {
public:
    /// `drift`: so much of each second its monotonic clock gains.
    ProgramTime(EventQueue &queue, const World &world, double drift);

    [[nodiscard]] MonoTime mono() const override { return monoAt(m_queue.now()); }
    [[nodiscard]] UtcTime utc() const override { return m_world.utcOfOurs(); }
    /// What its monotonic clock showed at that time.
    [[nodiscard]] MonoTime monoAt(Nanoseconds time) const;

    Id after(Nanoseconds delay, Task task) override;
    void cancel(Id id) override { m_waiting.erase(id); }

    void sleep();
    void wake();

private:
    struct Waiting {
        Nanoseconds due; ///< true time; while it sleeps, how long after it wakes
        Task task;
    };
    void plan(Id id, Nanoseconds due);

    EventQueue &m_queue;
    const World &m_world;
    const double m_drift;
    std::map<Id, Waiting> m_waiting;
    Id m_lastId = 0;
    bool m_asleep = false;
};

} // namespace heartline::simulation
