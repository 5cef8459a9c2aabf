// SPDX-License-Identifier: GPL-3.0-or-later
#include "alerts/alert_book.h"

#include <algorithm>
#include <utility>

namespace heartline::alerts {

namespace {
bool isAbout(const Alert &alert, AlertKind kind, std::uint32_t subject) {
    return alert.isFiring() && alert.kind == kind && alert.subject == subject;
}
} // namespace

void AlertBook::gather(MonoTime now) {
    if (!m_dueAt)
        m_dueAt = now + kGather;
}

std::uint64_t AlertBook::raise(Alert alert, MonoTime now) {
    if (find(alert.kind, alert.subject))
        return 0;
    alert.id = ++m_lastId;
    m_gathering.raised.push_back(alert);
    m_alerts.push_front(std::move(alert));
    // The oldest that have ended go first; what fires is never dropped.
    while (m_alerts.size() > kKept) {
        const auto old = std::find_if(m_alerts.rbegin(), m_alerts.rend(),
                                      [](const Alert &a) { return !a.isFiring(); });
        if (old == m_alerts.rend())
            break;
        m_alerts.erase(std::next(old).base());
    }
    gather(now);
    return m_lastId;
}

void AlertBook::restore(Alert alert) {
    if (find(alert.kind, alert.subject))
        return;
    alert.id = ++m_lastId;
    m_alerts.push_front(std::move(alert));
}

const Alert *AlertBook::find(AlertKind kind, std::uint32_t subject) const {
    const auto it = std::find_if(m_alerts.begin(), m_alerts.end(),
                                 [&](const Alert &a) { return isAbout(a, kind, subject); });
    return it == m_alerts.end() ? nullptr : &*it;
}

void AlertBook::resolve(AlertKind kind, std::uint32_t subject, UtcTime at, bool deregistered,
                        MonoTime now) {
    const auto it = std::find_if(m_alerts.begin(), m_alerts.end(),
                                 [&](const Alert &a) { return isAbout(a, kind, subject); });
    if (it == m_alerts.end())
        return;
    it->resolvedAt = at;
    it->deregistered = deregistered;
    // One that came and went within the same notice is not worth a word.
    const auto untold = std::find_if(m_gathering.raised.begin(), m_gathering.raised.end(),
                                     [&](const Alert &a) { return a.id == it->id; });
    if (untold != m_gathering.raised.end())
        m_gathering.raised.erase(untold);
    else
        m_gathering.resolved.push_back(*it);
    gather(now);
}

int AlertBook::firing() const {
    return static_cast<int>(std::count_if(m_alerts.begin(), m_alerts.end(),
                                          [](const Alert &a) { return a.isFiring(); }));
}

Notice AlertBook::takeNotice(MonoTime now) {
    if (!m_dueAt || now < *m_dueAt)
        return {};
    m_dueAt.reset();
    return std::exchange(m_gathering, {});
}

} // namespace heartline::alerts
