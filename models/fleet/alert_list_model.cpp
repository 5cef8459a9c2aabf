// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/alert_list_model.h"

#include "alerts/notification_text.h"
#include "base/rfc3339.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>

namespace heartline::fleet {

namespace {

/// More changes at once are cheaper as one reset.
constexpr std::size_t kSingly = 50;

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
    if (alert.isFiring() && alert.kind == alerts::AlertKind::AgentSilentThere)
        return AlertListModel::tr("silent on %1, and beats at another registry").arg(registry);
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

void AlertListModel::apply(const alerts::AlertBook::Changes &changes) {
    if (changes.empty())
        return;
    m_resetting = changes.changed.size() + changes.forgotten.size() > kSingly;
    if (m_resetting)
        beginResetModel();
    for (const std::uint64_t id : changes.forgotten)
        forget(id);
    for (const alerts::Alert &alert : changes.changed)
        take(alert);
    if (std::exchange(m_resetting, false))
        endResetModel();
    Q_EMIT changed();
}

void AlertListModel::clear() {
    beginResetModel();
    m_firing.clear();
    m_ended.clear();
    endResetModel();
    Q_EMIT changed();
}

void AlertListModel::take(const alerts::Alert &alert) {
    const auto known =
        std::lower_bound(m_firing.begin(), m_firing.end(), alert.id,
                         [](const Entry &entry, std::uint64_t id) { return entry->id < id; });
    const bool fired = known != m_firing.end() && (*known)->id == alert.id;
    if (fired) {
        const int row = firing() - 1 - static_cast<int>(known - m_firing.begin());
        if (!m_resetting)
            beginRemoveRows({}, row, row);
        m_firing.erase(known);
        if (!m_resetting)
            endRemoveRows();
    }
    // Newest first: on top of what fires, or of what has ended.
    const int row = alert.isFiring() ? 0 : firing();
    if (!m_resetting)
        beginInsertRows({}, row, row);
    (alert.isFiring() ? m_firing : m_ended).push_back(std::make_unique<alerts::Alert>(alert));
    if (!m_resetting)
        endInsertRows();
}

void AlertListModel::forget(std::uint64_t id) {
    const auto known = std::find_if(m_ended.begin(), m_ended.end(),
                                    [id](const Entry &entry) { return entry->id == id; });
    if (known == m_ended.end())
        return;
    const int row = count() - 1 - static_cast<int>(known - m_ended.begin());
    if (!m_resetting)
        beginRemoveRows({}, row, row);
    m_ended.erase(known);
    if (!m_resetting)
        endRemoveRows();
}

const alerts::Alert &AlertListModel::alertAt(int row) const {
    const auto place = static_cast<std::size_t>(row);
    return place < m_firing.size() ? *m_firing[m_firing.size() - 1 - place]
                                   : *m_ended[m_firing.size() + m_ended.size() - 1 - place];
}

int AlertListModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : count();
}

QVariant AlertListModel::data(const QModelIndex &index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const alerts::Alert &alert = alertAt(index.row());
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
    case IsLowerRole:
        return alert.isLower();
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
            {IsRegistryRole, "isRegistry"}, {IsLowerRole, "isLower"},
            {AgentIndexRole, "agentIndex"}};
}

} // namespace heartline::fleet
