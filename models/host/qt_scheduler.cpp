// SPDX-License-Identifier: GPL-3.0-or-later
#include "host/qt_scheduler.h"

#include <QTimerEvent>
#include <algorithm>

namespace heartline::host {

Scheduler::Id QtScheduler::after(Nanoseconds delay, Task task) {
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::max(delay, Nanoseconds{}));
    const int number = startTimer(wait, wait < 1s ? Qt::PreciseTimer : Qt::CoarseTimer);
    m_waiting.insert_or_assign(number, Waiting{++m_lastId, std::move(task)});
    m_numbers.emplace(m_lastId, number);
    return m_lastId;
}

void QtScheduler::cancel(Id id) {
    const auto number = m_numbers.find(id);
    if (number == m_numbers.end())
        return;
    killTimer(number->second);
    m_waiting.erase(number->second);
    m_numbers.erase(number);
}

void QtScheduler::timerEvent(QTimerEvent *event) {
    auto waiting = m_waiting.extract(event->timerId());
    killTimer(event->timerId());
    if (waiting.empty())
        return;
    m_numbers.erase(waiting.mapped().id);
    waiting.mapped().task();
}

} // namespace heartline::host
