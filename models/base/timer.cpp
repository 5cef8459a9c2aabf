// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/timer.h"

#include <utility>

namespace heartline {

Timer::Timer(Scheduler &scheduler, Scheduler::Task task)
    : m_scheduler(scheduler), m_task(std::make_shared<const Scheduler::Task>(std::move(task))) {}

void Timer::start(Nanoseconds delay) {
    stop();
    wait(delay);
}

void Timer::repeat(Nanoseconds interval) {
    stop();
    m_interval = interval;
    wait(interval);
}

void Timer::stop() {
    m_interval = {};
    if (m_waiting != 0)
        m_scheduler.cancel(std::exchange(m_waiting, 0));
}

void Timer::wait(Nanoseconds delay) {
    m_waiting = m_scheduler.after(delay, [this] { fire(); });
}

void Timer::fire() {
    m_waiting = 0;
    if (m_interval > 0ns)
        wait(m_interval);
    const auto task = m_task; // it may end its owner
    (*task)();
}

} // namespace heartline
