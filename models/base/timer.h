// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/scheduler.h"

#include <memory>

namespace heartline {

/// One function that runs when its time has come: once, or again and again. Ends with its owner,
/// also within its own run. Thread: its scheduler's.
class Timer {
public:
    /// `scheduler` must outlive the timer.
    Timer(Scheduler &scheduler, Scheduler::Task task);
    ~Timer() { stop(); }
    Timer(const Timer &) = delete;
    Timer &operator=(const Timer &) = delete;

    /// Once, after `delay` from now; a wait that is under way ends.
    void start(Nanoseconds delay);
    /// Every `interval`, for the first time after one.
    void repeat(Nanoseconds interval);
    void stop();
    [[nodiscard]] bool isActive() const { return m_waiting != 0; }

private:
    void wait(Nanoseconds delay);
    void fire();

    Scheduler &m_scheduler;
    const std::shared_ptr<const Scheduler::Task> m_task;
    Nanoseconds m_interval{};
    Scheduler::Id m_waiting = 0;
};

} // namespace heartline
