// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/program_time.h"

namespace heartline::simulation {

ProgramTime::ProgramTime(EventQueue &queue, const World &world, double drift)
    : m_queue(queue), m_world(world), m_drift(drift) {}

MonoTime ProgramTime::monoAt(Nanoseconds time) const {
    return MonoTime(std::chrono::hours(1) + time + fromSeconds(toSeconds(time) * m_drift));
}

Scheduler::Id ProgramTime::after(Nanoseconds delay, Task task) {
    const Nanoseconds wait = fromSeconds(toSeconds(std::max(delay, 0ns)) / (1 + m_drift));
    const Nanoseconds due = m_asleep ? wait : m_queue.now() + wait;
    m_waiting.emplace(++m_lastId, Waiting{due, std::move(task)});
    if (!m_asleep)
        plan(m_lastId, due);
    return m_lastId;
}

void ProgramTime::plan(Id id, Nanoseconds due) {
    m_queue.at(due, [this, id, due] {
        const auto it = m_waiting.find(id);
        if (m_asleep || it == m_waiting.end() || it->second.due != due)
            return; // cancelled, or planned anew after a sleep
        const Task task = std::move(it->second.task);
        m_waiting.erase(it);
        task();
    });
}

void ProgramTime::sleep() {
    m_asleep = true;
    for (auto &[id, waiting] : m_waiting)
        waiting.due -= m_queue.now();
}

void ProgramTime::wake() {
    m_asleep = false;
    for (auto &[id, waiting] : m_waiting) {
        waiting.due += m_queue.now();
        plan(id, waiting.due);
    }
}

} // namespace heartline::simulation
