// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "alerts/alert.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>
#include <vector>

namespace heartline::fleet {

/// Alerts, those that fire first, then the newest. GUI thread.
class AlertListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to Fleet")
    Q_PROPERTY(int count READ count NOTIFY changed)
    Q_PROPERTY(int firing READ firing NOTIFY changed)
public:
    enum Role {
        AlertIdRole = Qt::UserRole + 1,
        TitleRole,
        DetailRole,
        TimeRole,      ///< local date and time
        ExactTimeRole, ///< UTC to the second, for the tooltip
        IsFiringRole,
        IsRegistryRole,
        IsFlappingRole,
        AgentIndexRole, ///< -1 where it is about a registry
    };

    using QAbstractListModel::QAbstractListModel;
    void setAlerts(std::vector<alerts::Alert> alerts);

    [[nodiscard]] int count() const { return static_cast<int>(m_alerts.size()); }
    [[nodiscard]] int firing() const;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void changed();

private:
    std::vector<alerts::Alert> m_alerts;
};

} // namespace heartline::fleet
