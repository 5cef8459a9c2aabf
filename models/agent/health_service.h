// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "http/service.h"

#include <atomic>

namespace heartline::agent {

/// `GET /health` of an agent: `{status, entity_id, agent_id, timestamp, uptime_seconds,
/// last_heartbeat}`; `last_heartbeat` is null before the first. Answers from the listener's
/// thread; setLastHeartbeat() may come from any.
class HealthService final : public http::Service {
public:
    HealthService(std::string entityId, const Clock &clock);
    void setLastHeartbeat(UtcTime time) { m_lastHeartbeat = time.time_since_epoch().count(); }

    [[nodiscard]] http::Response handle(const http::Request &request) override;
    [[nodiscard]] Upgrade upgrade(const http::Request &request) override;
    [[nodiscard]] http::Response refusal(int status, std::string_view reason) override;

private:
    const std::string m_entityId;
    const Clock &m_clock;
    const MonoTime m_started;
    std::atomic<std::int64_t> m_lastHeartbeat{0};
};

} // namespace heartline::agent
