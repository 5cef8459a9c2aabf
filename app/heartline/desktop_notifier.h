// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "alerts/alert_book.h"
#include "liveness/thresholds.h"
#include "notification_service.h"

#include <QHash>
#include <deque>

namespace heartline {

/// Turns notices into desktop notifications, and their buttons into wishes. GUI thread.
class DesktopNotifier : public QObject {
    Q_OBJECT
public:
    /// `service` must outlive the notifier.
    explicit DesktopNotifier(NotificationService &service, QObject *parent = nullptr);
    void setThresholds(const liveness::Thresholds &thresholds) { m_thresholds = thresholds; }
    void tell(const alerts::Notice &notice);

Q_SIGNALS:
    void openWanted(int agentIndex);
    void reconnectWanted(int agentIndex);

private:
    NotificationService &m_service;
    liveness::Thresholds m_thresholds;
    /// Subjects of notifications that are asked for but have no id yet, in order.
    std::deque<QList<int>> m_asked;
    QHash<quint32, QList<int>> m_subjects;
};

} // namespace heartline
