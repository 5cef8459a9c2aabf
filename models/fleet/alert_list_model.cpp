// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/alert_list_model.h"

#include "alerts/notification_text.h"
#include "base/rfc3339.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>

namespace heartline::fleet {

namespace {

QString localTime(UtcTime time) {
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(ms);
    return local.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString titleOf(const alerts::Alert &alert) {
    if (alert.kind == alerts::AlertKind::RegistryBlind)
        return AlertListModel::tr("Blind on %1").arg(QString::fromStdString(alert.name));
    return QString::fromStdString(alert.name);
}

QString detailOf(const alerts::Alert &alert) {
    const QString registry = QString::fromStdString(alert.registry);
    if (alert.kind == alerts::AlertKind::RegistryBlind)
        return alert.isFiring()
                   ? AlertListModel::tr("its agents are unknown until it answers")
                   : AlertListModel::tr("sight came back after %1")
                         .arg(QString::fromStdString(alerts::ageText(
                             *alert.resolvedAt - alert.downSince.value_or(alert.raisedAt))));
    if (alert.kind == alerts::AlertKind::AgentFlapping)
        return alert.isFiring() ? AlertListModel::tr("keeps going up and down on %1").arg(registry)
                                : AlertListModel::tr("steady again on %1").arg(registry);
    if (alert.isFiring())
        return alert.downSince ? AlertListModel::tr("silent since %1 on %2")
                                     .arg(localTime(*alert.downSince).mid(11), registry)
                               : AlertListModel::tr("silent on %1").arg(registry);
    if (alert.deregistered)
        return AlertListModel::tr("deregistered from %1").arg(registry);
    return AlertListModel::tr("back after %1 of silence, on %2")
        .arg(QString::fromStdString(
                 alerts::ageText(*alert.resolvedAt - alert.downSince.value_or(alert.raisedAt))),
             registry);
}

} // namespace

void AlertListModel::setAlerts(std::vector<alerts::Alert> alerts) {
    std::stable_sort(alerts.begin(), alerts.end(),
                     [](const auto &a, const auto &b) { return a.isFiring() > b.isFiring(); });
    beginResetModel();
    m_alerts = std::move(alerts);
    endResetModel();
    Q_EMIT changed();
}

int AlertListModel::firing() const {
    return static_cast<int>(std::count_if(m_alerts.begin(), m_alerts.end(),
                                          [](const alerts::Alert &a) { return a.isFiring(); }));
}

int AlertListModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : count();
}

QVariant AlertListModel::data(const QModelIndex &index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const alerts::Alert &alert = m_alerts[static_cast<std::size_t>(index.row())];
    switch (role) {
    case AlertIdRole:
        return static_cast<double>(alert.id);
    case Qt::DisplayRole:
    case TitleRole:
        return titleOf(alert);
    case DetailRole:
        return detailOf(alert);
    case TimeRole:
        return localTime(alert.raisedAt);
    case ExactTimeRole:
        return QString::fromStdString(formatRfc3339(alert.raisedAt));
    case IsFiringRole:
        return alert.isFiring();
    case IsRegistryRole:
        return alert.kind == alerts::AlertKind::RegistryBlind;
    case IsFlappingRole:
        return alert.kind == alerts::AlertKind::AgentFlapping;
    case AgentIndexRole:
        return alert.kind == alerts::AlertKind::RegistryBlind ? -1 : static_cast<int>(alert.agent);
    default:
        return {};
    }
}

QHash<int, QByteArray> AlertListModel::roleNames() const {
    return {{AlertIdRole, "alertId"},       {TitleRole, "title"},
            {DetailRole, "detail"},         {TimeRole, "time"},
            {ExactTimeRole, "exactTime"},   {IsFiringRole, "isFiring"},
            {IsRegistryRole, "isRegistry"}, {IsFlappingRole, "isFlapping"},
            {AgentIndexRole, "agentIndex"}};
}

} // namespace heartline::fleet
