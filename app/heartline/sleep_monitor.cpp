// SPDX-License-Identifier: GPL-3.0-or-later
#include "sleep_monitor.h"

#include <utility>

namespace heartline {

SleepMonitor::SleepMonitor(const Clock &clock, QDBusConnection bus, QObject *parent)
    : QObject(parent), m_clock(clock) {
    if (bus.isConnected())
        bus.connect(QStringLiteral("org.freedesktop.login1"),
                    QStringLiteral("/org/freedesktop/login1"),
                    QStringLiteral("org.freedesktop.login1.Manager"),
                    QStringLiteral("PrepareForSleep"), this, SLOT(prepareForSleep(bool)));
}

void SleepMonitor::prepareForSleep(bool starting) {
    if (starting)
        m_sleptAt = m_clock.mono();
    else if (const auto slept = std::exchange(m_sleptAt, std::nullopt))
        Q_EMIT woke(*slept);
}

} // namespace heartline
