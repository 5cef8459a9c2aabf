// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "http/service.h"

#include <mutex>
#include <optional>

namespace heartline::agent {

/// What an agent says of itself beside being there.
struct AgentHealth {
    enum class Registration { Unknown, Registered, Refused, Deregistered };
    Registration registration = Registration::Unknown;
    /// On our wall clock; nothing before the first.
    std::optional<UtcTime> lastCounted;
    /// Beats come through, but the registry's record shows none of them.
    bool uncounted = false;
    /// What the registry's clock shows beyond ours, where that is more than it may be.
    std::optional<Nanoseconds> clockOffset;
};

/// `GET /health` of an agent: `{status, entity_id, agent_id, timestamp, uptime_seconds,
/// last_heartbeat, registration, heartbeats_count}`, and `clock_offset_seconds` where it matters.
/// `last_heartbeat` is that of the last beat that counted, null before the first; `status` is "ok"
/// unless the agent knows of something that keeps its beats from counting: then "degraded". Answers
/// from the listener's thread; set() may come from any.
class HealthService final : public http::Service {
public:
    HealthService(std::string entityId, const Clock &clock);
    void set(const AgentHealth &health);

    [[nodiscard]] http::Response handle(const http::Request &request) override;
    [[nodiscard]] Upgrade upgrade(const http::Request &request) override;
    [[nodiscard]] http::Response refusal(int status, std::string_view reason) override;

private:
    const std::string m_entityId;
    const Clock &m_clock;
    const MonoTime m_started;
    std::mutex m_mutex;
    AgentHealth m_health;
};

} // namespace heartline::agent
