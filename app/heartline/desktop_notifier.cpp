// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop_notifier.h"

#include "alerts/notification_text.h"
#include "base/logging.h"
#include "base/system_clock.h"

namespace heartline {

DesktopNotifier::DesktopNotifier(NotificationService &service, QObject *parent)
    : QObject(parent), m_service(service) {
    connect(&service, &NotificationService::shown, this, [this](quint32 id) {
        if (m_asked.empty())
            return;
        m_subjects.insert(id, m_asked.front());
        m_asked.pop_front();
    });
    connect(&service, &NotificationService::failed, this, [this](const QString &reason) {
        if (!m_asked.empty())
            m_asked.pop_front();
        qCWarning(lcDesktop, "no notification could be shown: %s", qPrintable(reason));
    });
    connect(&service, &NotificationService::actionInvoked, this,
            [this](quint32 id, const QString &key) {
                const QList<int> subjects = m_subjects.value(id);
                if (key == QLatin1String("reconnect"))
                    for (const int subject : subjects)
                        Q_EMIT reconnectWanted(subject);
                if (m_subjects.contains(id))
                    Q_EMIT openWanted(subjects.isEmpty() ? -1 : subjects.first());
            });
}

void DesktopNotifier::tell(const alerts::Notice &notice) {
    const alerts::NotificationText text =
        alerts::notificationText(notice, m_thresholds, SystemClock().utc());
    NotificationService::Message message;
    message.title = QString::fromStdString(text.title);
    message.body = QString::fromStdString(text.body);
    message.critical = text.critical;
    QList<int> subjects;
    for (const alerts::Alert &alert : notice.raised)
        if (alert.kind == alerts::AlertKind::AgentStale)
            subjects << static_cast<int>(alert.agent);
    message.actions << QStringLiteral("default") << tr("Open");
    if (!subjects.isEmpty())
        message.actions << QStringLiteral("reconnect") << tr("Reconnect");
    else
        for (const alerts::Alert &alert : notice.resolved)
            if (alert.kind == alerts::AlertKind::AgentStale)
                subjects << static_cast<int>(alert.agent);
    m_asked.push_back(subjects);
    m_service.show(message);
}

} // namespace heartline
