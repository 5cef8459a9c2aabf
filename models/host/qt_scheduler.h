// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/scheduler.h"

#include <QObject>
#include <map>

namespace heartline::host {

/// Timers of Qt's loop, in whole milliseconds, rounded up. Those of a second and more may come
/// late by a twentieth. Thread: the one it was made in.
class QtScheduler final : public QObject, public Scheduler {
    Q_OBJECT
public:
    explicit QtScheduler(QObject *parent = nullptr) : QObject(parent) {}

    Id after(Nanoseconds delay, Task task) override;
    void cancel(Id id) override;

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    struct Waiting {
        Id id;
        Task task;
    };
    /// By Qt's numbers, which come again.
    std::map<int, Waiting> m_waiting;
    std::map<Id, int> m_numbers;
    Id m_lastId = 0;
};

} // namespace heartline::host
