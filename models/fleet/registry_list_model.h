// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_update.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

namespace heartline::fleet {

/// Our links to the registries: a fact apart from the agents'. GUI thread.
class RegistryListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to Fleet")
    Q_PROPERTY(int count READ count NOTIFY changed)
    /// "Listening to 1 of 2 registries".
    Q_PROPERTY(QString summary READ summary NOTIFY changed)
public:
    enum Role {
        HostRole = Qt::UserRole + 1,
        UrlRole,
        RegistryNameRole,
        LinkWordRole,
        IsSightedRole,
        IsConnectingRole,
        IsOtherRole,     ///< another registry answers: the operator may accept it
        StatusRole,      ///< "listening · 14 ms · clock +0.04 s"
        ReasonRole,      ///< why there is no sight, and when it is tried again
        DescriptionRole, ///< status, reason and the number of agents, in one line
    };

    using QAbstractListModel::QAbstractListModel;
    void apply(const std::vector<RegistryLife> &lives, MonoTime now);
    void clear();

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] QString summary() const;
    /// Host and seconds of the longest blindness; seconds below 0 when there is none.
    /// Which registry's list of agents cannot be read at all, and why; empty when none.
    [[nodiscard]] QString listTrouble() const;
    [[nodiscard]] std::pair<QString, double> blindness(MonoTime now) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void changed();

private:
    struct Row {
        RegistryLife life;
        QString status;
        QString reason;
    };
    std::vector<Row> m_rows;
};

} // namespace heartline::fleet
