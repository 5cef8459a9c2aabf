// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/registry_list_model.h"

#include "alerts/notification_text.h"

#include <QStringList>
#include <algorithm>

namespace heartline::fleet {

using liveness::LinkState;

namespace {

QString wordOf(const RegistryLife &life) {
    if (life.link == LinkState::Connected && life.sighted)
        return RegistryListModel::tr("listening");
    const auto word = liveness::linkWord(life.link);
    return QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
}

QString statusOf(const RegistryLife &life, MonoTime now) {
    QStringList parts{wordOf(life)};
    if (life.sighted && !life.listError.empty())
        parts << RegistryListModel::tr("list not readable");
    if (life.sighted) {
        if (life.roundTrip)
            parts << RegistryListModel::tr("%1 ms").arg(
                std::max(1, static_cast<int>(toSeconds(*life.roundTrip) * 1000)));
        if (life.clockAhead) {
            const QString sign =
                *life.clockAhead < 0 ? QString(QChar(0x2212)) : QStringLiteral("+");
            parts << RegistryListModel::tr("clock %1%2 s")
                         .arg(sign)
                         .arg(std::abs(*life.clockAhead), 0, 'f', 2);
        }
    } else if (life.link != LinkState::Connecting) {
        parts[0] =
            RegistryListModel::tr("%1 for %2")
                .arg(parts[0], QString::fromStdString(alerts::ageText(now - life.lastContact)));
        if (life.nextTryAt)
            parts << RegistryListModel::tr("retry in %1 s")
                         .arg(std::max(0, static_cast<int>(toSeconds(*life.nextTryAt - now)) + 1));
    }
    return parts.join(QStringLiteral(" · "));
}

} // namespace

void RegistryListModel::apply(const std::vector<RegistryLife> &lives, MonoTime now) {
    for (const RegistryLife &life : lives) {
        if (life.index >= m_rows.size()) {
            const int first = static_cast<int>(m_rows.size());
            beginInsertRows({}, first, static_cast<int>(life.index));
            m_rows.resize(life.index + 1);
            endInsertRows();
        }
        Row &row = m_rows[life.index];
        row.life = life;
        row.status = statusOf(life, now);
        row.reason = QString::fromStdString(life.detail.empty() ? life.listError : life.detail);
        const QModelIndex at = index(static_cast<int>(life.index));
        Q_EMIT dataChanged(at, at);
    }
    if (!lives.empty())
        Q_EMIT changed();
}

void RegistryListModel::clear() {
    beginResetModel();
    m_rows.clear();
    endResetModel();
    Q_EMIT changed();
}

QString RegistryListModel::summary() const {
    const auto sighted =
        std::count_if(m_rows.begin(), m_rows.end(), [](const Row &r) { return r.life.sighted; });
    if (m_rows.size() == 1)
        return sighted == 1
                   ? tr("Listening to %1").arg(QString::fromStdString(m_rows[0].life.host))
                   : tr("Not listening to %1").arg(QString::fromStdString(m_rows[0].life.host));
    return tr("Listening to %1 of %2 registries").arg(sighted).arg(m_rows.size());
}

QString RegistryListModel::listTrouble() const {
    for (const Row &row : m_rows) {
        const QString host = QString::fromStdString(row.life.host);
        if (!row.life.listError.empty())
            return tr("%1: %2").arg(host, QString::fromStdString(row.life.listError));
        if (!row.life.sighted && row.life.link != LinkState::Connecting)
            return row.reason.isEmpty() ? tr("%1: %2").arg(host, wordOf(row.life))
                                        : tr("%1: %2").arg(host, row.reason);
    }
    return {};
}

std::pair<QString, double> RegistryListModel::blindness(MonoTime now) const {
    std::pair<QString, double> longest{{}, -1};
    for (const Row &row : m_rows) {
        if (row.life.sighted || row.life.link == LinkState::Connecting)
            continue;
        const double seconds = toSeconds(now - row.life.lastContact);
        if (seconds > longest.second)
            longest = {QString::fromStdString(row.life.host), seconds};
    }
    return longest;
}

int RegistryListModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : count();
}

QVariant RegistryListModel::data(const QModelIndex &index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case HostRole:
        return QString::fromStdString(row.life.host);
    case UrlRole:
        return QString::fromStdString(row.life.url);
    case RegistryNameRole:
        return QString::fromStdString(row.life.name);
    case LinkWordRole:
        return wordOf(row.life);
    case IsSightedRole:
        return row.life.sighted;
    case IsConnectingRole:
        return row.life.link == LinkState::Connecting;
    case IsOtherRole:
        return row.life.link == LinkState::OtherRegistry;
    case StatusRole:
        return row.status;
    case ReasonRole:
        return row.reason;
    case DescriptionRole: {
        QStringList parts{row.status};
        if (!row.reason.isEmpty())
            parts << row.reason;
        parts << (row.life.agents == 1 ? tr("1 agent") : tr("%1 agents").arg(row.life.agents));
        return parts.join(QStringLiteral(" · "));
    }
    default:
        return {};
    }
}

QHash<int, QByteArray> RegistryListModel::roleNames() const {
    return {{HostRole, "host"},
            {UrlRole, "url"},
            {RegistryNameRole, "registryName"},
            {LinkWordRole, "linkWord"},
            {IsSightedRole, "isSighted"},
            {IsConnectingRole, "isConnecting"},
            {IsOtherRole, "isOther"},
            {StatusRole, "status"},
            {ReasonRole, "reason"},
            {DescriptionRole, "description"}};
}

} // namespace heartline::fleet
