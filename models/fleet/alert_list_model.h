// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "alerts/alert_book.h"

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
        IsLowerRole,
        AgentIndexRole, ///< -1 where it is about a registry
    };

    using QAbstractListModel::QAbstractListModel;
    /// Takes in what changed; a few changes move single rows.
    void apply(const alerts::AlertBook::Changes &changes);
    void clear();

    [[nodiscard]] int count() const { return static_cast<int>(m_firing.size() + m_ended.size()); }
    [[nodiscard]] int firing() const { return static_cast<int>(m_firing.size()); }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void changed();

private:
    using Entry = std::unique_ptr<alerts::Alert>;
    [[nodiscard]] const alerts::Alert &alertAt(int row) const;
    void take(const alerts::Alert &alert);
    void forget(std::uint64_t id);

    /// Both the oldest first, as appending is cheap; rows run the other way, what fires first.
    std::vector<Entry> m_firing;
    std::vector<Entry> m_ended;
    /// A reset is under way, so that no row tells of itself.
    bool m_resetting = false;
};

} // namespace heartline::fleet
