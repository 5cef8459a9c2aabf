// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/rfc3339.h"
#include "base/scheduler.h"

#include <map>

namespace heartline::test {

/// Time that goes on when told to, and runs what it was given on the way.
class VirtualTime final : public Clock, public Scheduler {
public:
    [[nodiscard]] MonoTime mono() const override { return m_now; }
    [[nodiscard]] UtcTime utc() const override { return m_began + (m_now - MonoTime(1000s)); }

    Id after(Nanoseconds delay, Task task) override {
        m_tasks.emplace(std::pair(m_now + std::max(delay, Nanoseconds{}), ++m_lastId),
                        std::move(task));
        return m_lastId;
    }
    void cancel(Id id) override {
        std::erase_if(m_tasks, [id](const auto &task) { return task.first.second == id; });
    }
    void pass(Nanoseconds duration) {
        const MonoTime end = m_now + duration;
        while (!m_tasks.empty() && m_tasks.begin()->first.first <= end) {
            auto next = m_tasks.extract(m_tasks.begin());
            m_now = next.key().first;
            next.mapped()();
        }
        m_now = end;
    }
    [[nodiscard]] std::size_t waiting() const { return m_tasks.size(); }

private:
    MonoTime m_now{1000s};
    const UtcTime m_began = *parseRfc3339("2026-11-24T10:00:00Z");
    std::map<std::pair<MonoTime, Id>, Task> m_tasks;
    Id m_lastId = 0;
};

} // namespace heartline::test
