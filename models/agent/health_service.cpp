// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health_service.h"

#include "base/rfc3339.h"
#include "protocol/go_json.h"

namespace heartline::agent {

using protocol::Json;

HealthService::HealthService(std::string entityId, const Clock &clock)
    : m_entityId(std::move(entityId)), m_clock(clock), m_started(clock.mono()) {}

http::Response HealthService::handle(const http::Request &request) {
    if (!request.matches({"health"}))
        return refusal(404, "not found");
    if (request.method != "GET" && request.method != "HEAD")
        return refusal(405, "method not allowed");
    const std::int64_t last = m_lastHeartbeat;
    Json body{{"status", "ok"},
              {"entity_id", m_entityId},
              {"agent_id", m_entityId},
              {"timestamp", formatRfc3339Millis(m_clock.utc())},
              {"uptime_seconds", static_cast<std::int64_t>(toSeconds(m_clock.mono() - m_started))}};
    body["last_heartbeat"] = last == 0 ? Json() : Json(formatRfc3339(UtcTime(Nanoseconds(last))));
    return {200, protocol::toGoJsonLine(body)};
}

http::Service::Upgrade HealthService::upgrade(const http::Request &request) {
    return handle(request);
}

http::Response HealthService::refusal(int status, std::string_view reason) {
    return {status, protocol::toGoJsonLine({{"error", std::string(reason)}})};
}

} // namespace heartline::agent
