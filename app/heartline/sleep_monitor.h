// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <QDBusConnection>
#include <QObject>
#include <optional>

namespace heartline {

/// Hears from logind when this machine goes to sleep and when it is awake again. Where there is no
/// logind it stays silent; the engine finds out by itself then, from ticks that stayed out.
/// Source: org.freedesktop.login1.Manager, signal PrepareForSleep(b). GUI thread.
class SleepMonitor : public QObject {
    Q_OBJECT
public:
    /// `clock` must outlive the monitor.
    SleepMonitor(const Clock &clock, QDBusConnection bus, QObject *parent = nullptr);

    [[nodiscard]] bool isAsleep() const { return m_sleptAt.has_value(); }

Q_SIGNALS:
    /// Since then nothing ran here.
    void woke(heartline::MonoTime sleptAt);

private Q_SLOTS:
    void prepareForSleep(bool starting);

private:
    const Clock &m_clock;
    std::optional<MonoTime> m_sleptAt;
};

} // namespace heartline
