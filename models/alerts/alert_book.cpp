// SPDX-License-Identifier: GPL-3.0-or-later
#include "alerts/alert_book.h"

#include <utility>

namespace heartline::alerts {

std::uint64_t AlertBook::keyOf(AlertKind kind, std::uint32_t subject) {
    return static_cast<std::uint64_t>(kind) << 32U | subject;
}

void AlertBook::gather(MonoTime now) {
    if (!m_dueAt)
        m_dueAt = now + kGather;
}

AlertBook::Id AlertBook::add(Alert alert) {
    const auto [it, added] = m_firing.try_emplace(keyOf(alert.kind, alert.subject), m_lastId + 1);
    if (!added)
        return 0;
    alert.id = ++m_lastId;
    m_alerts.emplace(alert.id, std::move(alert));
    m_changed.insert(m_lastId);
    return m_lastId;
}

std::uint64_t AlertBook::raise(Alert alert, MonoTime now) {
    const bool old = alert.old;
    const Id id = add(std::move(alert));
    if (id == 0)
        return 0;
    if (old) {
        m_untoldOld.insert(id);
        m_oldDueAt = m_oldDueAt.value_or(now + kGatherOld);
        return id;
    }
    m_untoldRaised.insert(id);
    gather(now);
    return id;
}

void AlertBook::restore(Alert alert) {
    add(std::move(alert));
}

const Alert *AlertBook::find(AlertKind kind, std::uint32_t subject) const {
    const auto it = m_firing.find(keyOf(kind, subject));
    return it == m_firing.end() ? nullptr : &m_alerts.at(it->second);
}

bool AlertBook::resolve(AlertKind kind, std::uint32_t subject, UtcTime at, bool deregistered,
                        MonoTime now) {
    const auto firing = m_firing.find(keyOf(kind, subject));
    if (firing == m_firing.end())
        return false;
    const Id id = firing->second;
    m_firing.erase(firing);
    Alert &alert = m_alerts.at(id);
    alert.resolvedAt = at;
    alert.deregistered = deregistered;
    m_changed.insert(id);
    m_ended.push_back(id);
    // One that came and went within the same notice is not worth a word.
    if (m_untoldRaised.erase(id) + m_untoldOld.erase(id) == 0)
        m_untoldResolved.insert(id);
    gather(now);
    while (m_ended.size() > kEndedKept) {
        const Id oldest = m_ended.front();
        m_ended.pop_front();
        m_alerts.erase(oldest);
        m_changed.erase(oldest);
        m_untoldResolved.erase(oldest);
        m_forgotten.push_back(oldest);
    }
    return true;
}

std::vector<Alert> AlertBook::take(std::set<Id> &ids) const {
    std::vector<Alert> alerts;
    for (const Id id : std::exchange(ids, {}))
        alerts.push_back(m_alerts.at(id));
    return alerts;
}

AlertBook::Changes AlertBook::takeChanges() {
    return {take(m_changed), std::exchange(m_forgotten, {})};
}

Notice AlertBook::takeNotice(MonoTime now) {
    if (m_dueAt && now >= *m_dueAt) {
        m_dueAt.reset();
        return {take(m_untoldRaised), take(m_untoldResolved)};
    }
    if (!m_oldDueAt || now < *m_oldDueAt)
        return {};
    m_oldDueAt.reset();
    return {take(m_untoldOld), {}};
}

} // namespace heartline::alerts
