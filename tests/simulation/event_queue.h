// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace heartline::simulation {

/// Virtual time: what is to happen, in order. Same insertions, same order.
class EventQueue {
public:
    using Action = std::function<void()>;

    /// True time since the simulation began.
    [[nodiscard]] Nanoseconds now() const { return m_now; }
    void at(Nanoseconds time, Action action) {
        m_queue.push({std::max(time, m_now), ++m_sequence, std::move(action)});
    }
    void in(Nanoseconds delay, Action action) { at(m_now + delay, std::move(action)); }
    /// Runs everything up to then.
    void runUntil(Nanoseconds end) {
        while (!m_queue.empty() && m_queue.top().time <= end) {
            // top() is const only because its order must not change; it is popped next.
            Entry entry = std::move(const_cast<Entry &>(m_queue.top())); // NOLINT
            m_queue.pop();
            m_now = entry.time;
            entry.action();
        }
        m_now = end;
    }

private:
    struct Entry {
        Nanoseconds time;
        std::uint64_t sequence;
        Action action;
        bool operator<(const Entry &other) const {
            return time != other.time ? time > other.time : sequence > other.sequence;
        }
    };
    std::priority_queue<Entry> m_queue;
    Nanoseconds m_now{};
    std::uint64_t m_sequence = 0;
};

} // namespace heartline::simulation
