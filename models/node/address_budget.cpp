// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/address_budget.h"

#include <QHostAddress>
#include <algorithm>

namespace heartline::node {

namespace {
constexpr auto kMinute = std::chrono::minutes(1);
/// It looks at all of them.
constexpr auto kPurgeRest = std::chrono::seconds(1);

/// As budgets count it; empty for this machine's own.
std::string counted(const QHostAddress &address) {
    if (address.isLoopback())
        return {};
    bool isV4 = false;
    const QHostAddress v4(address.toIPv4Address(&isV4));
    if (isV4)
        return v4.toString().toStdString();
    Q_IPV6ADDR bytes = address.toIPv6Address();
    std::fill(std::begin(bytes.c) + 8, std::end(bytes.c), quint8(0));
    return QHostAddress(bytes).toString().toStdString();
}
} // namespace

std::string askerOf(const http::Request &request) {
    std::string asker = counted(QHostAddress(QString::fromStdString(request.remoteAddress)));
    if (!asker.empty() || request.forwardedFor.empty())
        return asker;
    // The last one is the proxy's own word; those before it are the client's.
    const auto comma = request.forwardedFor.rfind(',');
    const std::string last =
        comma == std::string::npos ? request.forwardedFor : request.forwardedFor.substr(comma + 1);
    const QHostAddress behind(QString::fromStdString(last).trimmed());
    return behind.isNull() ? std::string("unknown") : counted(behind);
}

bool AddressBudget::allows(const std::string &asker, MonoTime now) {
    if (m_perMinute <= 0 || asker.empty())
        return true;
    if (m_minutes.size() >= kMostAskers && now - m_purgedAt > kPurgeRest) {
        m_purgedAt = now;
        std::erase_if(m_minutes,
                      [now](const auto &each) { return now - each.second.since > kMinute; });
    }
    const auto known = m_minutes.find(asker);
    if (known == m_minutes.end() && m_minutes.size() >= kMostAskers)
        return false;
    Minute &minute = known == m_minutes.end() ? m_minutes[asker] : known->second;
    if (known == m_minutes.end() || now - minute.since > kMinute)
        minute = {now, m_perMinute};
    if (minute.left == 0)
        return false;
    --minute.left;
    return true;
}

} // namespace heartline::node
