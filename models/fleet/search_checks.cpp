// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/search_checks.h"

#include <algorithm>
#include <utility>

namespace heartline::fleet {

namespace {
/// Real time, for the registries' budgets are: 40 a minute.
constexpr auto kRest = std::chrono::milliseconds(1500);
constexpr double kCheckAgainSeconds = 600;
/// So many agents are looked at in one go for one that is due.
constexpr std::size_t kLook = 256;
} // namespace

SearchChecks::SearchChecks(double pace)
    : m_rest(kRest), m_again(fromSeconds(kCheckAgainSeconds * pace)) {}

void SearchChecks::wanted(std::uint32_t agent) {
    if (m_agents.size() <= agent)
        m_agents.resize(agent + 1);
    if (!std::exchange(m_agents[agent].queued, true))
        m_queue.push_back(agent);
}

void SearchChecks::wantedAt(std::uint32_t agent, MonoTime at) {
    m_later.emplace(at, agent);
}

std::optional<std::uint32_t> SearchChecks::next(MonoTime now) {
    while (!m_later.empty() && m_later.begin()->first <= now)
        wanted(m_later.extract(m_later.begin()).mapped());
    if (m_out || now < m_notBefore || m_agents.empty())
        return std::nullopt;
    if (!m_queue.empty()) {
        m_out = m_queue.front();
        m_queue.pop_front();
        m_agents[*m_out].queued = false;
        return m_out;
    }
    for (std::size_t i = 0; i < std::min(kLook, m_agents.size()); ++i) {
        m_cursor = (m_cursor + 1) % m_agents.size();
        const auto &checkedAt = m_agents[m_cursor].checkedAt;
        if (!checkedAt || now - *checkedAt >= m_again) {
            m_out = static_cast<std::uint32_t>(m_cursor);
            return m_out;
        }
    }
    return std::nullopt;
}

void SearchChecks::done(MonoTime now) {
    if (!m_out)
        return;
    m_agents[*m_out].checkedAt = now;
    m_out.reset();
    m_notBefore = now + m_rest;
}

} // namespace heartline::fleet
