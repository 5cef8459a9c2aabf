// SPDX-License-Identifier: GPL-3.0-or-later
#include "single_instance.h"

#include <QDBusConnection>
#include <QDBusMessage>

namespace heartline {

namespace {
constexpr QLatin1String kName("io.github.heartline.Heartline");
constexpr QLatin1String kInstancePath("/io/github/heartline/Heartline");
} // namespace

SingleInstance::SingleInstance(QObject *parent) : QObject(parent) {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.registerObject(kInstancePath, this, QDBusConnection::ExportScriptableSlots);
    m_first = bus.registerService(kName);
}

void SingleInstance::wakeFirst() {
    QDBusConnection::sessionBus().call(
        QDBusMessage::createMethodCall(kName, kInstancePath, kName, QStringLiteral("Activate")));
}

} // namespace heartline
