// SPDX-License-Identifier: GPL-3.0-or-later
#include "dbus_notification_service.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace heartline {

namespace {

constexpr QLatin1String kService("org.freedesktop.Notifications");
constexpr QLatin1String kPath("/org/freedesktop/Notifications");

QDBusMessage call(const QString &method) {
    return QDBusMessage::createMethodCall(kService, kPath, kService, method);
}

} // namespace

DBusNotificationService::DBusNotificationService(QObject *parent) : NotificationService(parent) {
    QDBusConnection::sessionBus().connect(kService, kPath, kService,
                                          QStringLiteral("ActionInvoked"), this,
                                          SLOT(onActionInvoked(quint32, QString)));
    askCapabilities();
}

void DBusNotificationService::askCapabilities() {
    auto *watcher = new QDBusPendingCallWatcher(
        QDBusConnection::sessionBus().asyncCall(call(QStringLiteral("GetCapabilities"))), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QStringList> reply = *watcher;
        if (reply.isValid())
            m_bodyIsMarkup = reply.value().contains(QLatin1String("body-markup"));
    });
}

void DBusNotificationService::show(const Message &message) {
    QDBusMessage notify = call(QStringLiteral("Notify"));
    const QVariantMap hints{
        {QStringLiteral("urgency"), QVariant::fromValue<uchar>(message.critical ? 2 : 1)},
        {QStringLiteral("desktop-entry"), QStringLiteral("heartline")},
        {QStringLiteral("category"),
         message.critical ? QStringLiteral("network.error") : QStringLiteral("network.connected")}};
    notify.setArguments({QStringLiteral("Heartline"), quint32{0}, QStringLiteral("heartline"),
                         message.title,
                         m_bodyIsMarkup ? message.body.toHtmlEscaped() : message.body,
                         message.actions, hints, message.critical ? 0 : -1});
    auto *watcher =
        new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(notify), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<quint32> reply = *watcher;
        if (reply.isError())
            Q_EMIT failed(reply.error().message());
        else
            Q_EMIT shown(reply.value());
    });
}

void DBusNotificationService::onActionInvoked(quint32 id, const QString &key) {
    Q_EMIT actionInvoked(id, key);
}

} // namespace heartline
