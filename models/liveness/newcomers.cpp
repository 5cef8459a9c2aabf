// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/newcomers.h"

#include <algorithm>

namespace heartline::liveness {

bool Newcomers::add(std::string_view entityId, MonoTime now) {
    const auto [it, added] = m_byId.try_emplace(std::string(entityId));
    if (!added)
        return false;
    it->second.seenAt = now;
    ++m_unasked;
    m_waiting.push_back(it->first);
    while (m_byId.size() > kMost && m_waiting.size() > 1) {
        const std::string oldest = std::move(m_waiting.front());
        m_waiting.pop_front();
        remove(oldest);
    }
    return true;
}

Newcomers::Newcomer *Newcomers::find(std::string_view entityId) {
    const auto it = m_byId.find(entityId);
    return it == m_byId.end() ? nullptr : &it->second;
}

void Newcomers::remove(std::string_view entityId) {
    const auto it = m_byId.find(entityId);
    if (it == m_byId.end())
        return;
    m_unasked -= it->second.asked ? 0 : 1;
    m_byId.erase(it);
}

void Newcomers::removeSeenBefore(MonoTime time) {
    std::erase_if(m_byId, [time](const auto &entry) { return entry.second.seenAt < time; });
    std::erase_if(m_waiting, [this](const std::string &id) { return !m_byId.contains(id); });
    m_unasked = static_cast<std::size_t>(std::count_if(
        m_byId.begin(), m_byId.end(), [](const auto &entry) { return !entry.second.asked; }));
}

std::optional<std::string> Newcomers::askNext() {
    while (!m_waiting.empty()) {
        const std::string id = std::move(m_waiting.front());
        m_waiting.pop_front();
        Newcomer *newcomer = find(id);
        if (!newcomer || newcomer->asked)
            continue;
        newcomer->asked = true;
        --m_unasked;
        return id;
    }
    return std::nullopt;
}

void Newcomers::askAgain(std::string_view entityId) {
    Newcomer *newcomer = find(entityId);
    if (!newcomer || !newcomer->asked)
        return;
    newcomer->asked = false;
    ++m_unasked;
    m_waiting.emplace_back(entityId);
}

} // namespace heartline::liveness
