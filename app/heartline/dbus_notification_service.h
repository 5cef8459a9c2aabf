// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "notification_service.h"

namespace heartline {

/// org.freedesktop.Notifications on the session bus.
class DBusNotificationService final : public NotificationService {
    Q_OBJECT
public:
    explicit DBusNotificationService(QObject *parent = nullptr);
    void show(const Message &message) override;

private Q_SLOTS:
    void onActionInvoked(quint32 id, const QString &key);

private:
    void askCapabilities();
    bool m_bodyIsMarkup =
        true; // until the server says otherwise: escaping too much is ugly, too little is worse
};

} // namespace heartline
