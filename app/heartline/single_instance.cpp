// SPDX-License-Identifier: GPL-3.0-or-later
#include "single_instance.h"

#include <QDBusConnection>
#include <QDBusMessage>

namespace heartline {

namespace {
const QString kName = QStringLiteral("io.github.heartline.Heartline");
const QString kPath = QStringLiteral("/io/github/heartline/Heartline");
} // namespace

SingleInstance::SingleInstance(QObject *parent) : QObject(parent) {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.registerObject(kPath, this, QDBusConnection::ExportScriptableSlots);
    m_first = bus.registerService(kName);
}

void SingleInstance::wakeFirst() {
    QDBusConnection::sessionBus().call(
        QDBusMessage::createMethodCall(kName, kPath, kName, QStringLiteral("Activate")));
}

} // namespace heartline
