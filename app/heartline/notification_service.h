// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

namespace heartline {

/// The desktop's notifications, whatever they are made of. GUI thread.
class NotificationService : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    struct Message {
        QString title;
        QString body; ///< plain text
        bool critical = false;
        /// Key and label, in turn; "default" is a click on the notification itself.
        QStringList actions;
    };
    /// Asks for it to be shown; shown() or failed() follows.
    virtual void show(const Message &message) = 0;

Q_SIGNALS:
    void shown(quint32 id);
    void failed(const QString &reason);
    void actionInvoked(quint32 id, const QString &key);
};

} // namespace heartline
