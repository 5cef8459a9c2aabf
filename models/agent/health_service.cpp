// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health_service.h"

#include "base/rfc3339.h"
#include "protocol/go_json.h"

namespace heartline::agent {

using protocol::Json;

namespace {
const char *nameOf(AgentHealth::Registration registration) {
    switch (registration) {
    case AgentHealth::Registration::Registered:
        return "registered";
    case AgentHealth::Registration::Refused:
        return "refused";
    case AgentHealth::Registration::Deregistered:
        return "deregistered";
    case AgentHealth::Registration::Unknown:
        break;
    }
    return "unknown";
}

bool isWell(const AgentHealth &health) {
    using Registration = AgentHealth::Registration;
    return health.registration != Registration::Refused &&
           health.registration != Registration::Deregistered && !health.uncounted &&
           !health.clockOffset;
}
} // namespace

HealthService::HealthService(std::string entityId, const Clock &clock)
    : m_entityId(std::move(entityId)), m_clock(clock), m_started(clock.mono()) {}

void HealthService::set(const AgentHealth &health) {
    const std::lock_guard lock(m_mutex);
    m_health = health;
}

http::Response HealthService::handle(const http::Request &request) {
    if (!request.matches({"health"}))
        return refusal(404, "not found");
    if (request.method != "GET" && request.method != "HEAD")
        return refusal(405, "method not allowed");
    AgentHealth health;
    {
        const std::lock_guard lock(m_mutex);
        health = m_health;
    }
    Json body{{"status", isWell(health) ? "ok" : "degraded"},
              {"entity_id", m_entityId},
              {"agent_id", m_entityId},
              {"timestamp", formatRfc3339Millis(m_clock.utc())},
              {"uptime_seconds", static_cast<std::int64_t>(toSeconds(m_clock.mono() - m_started))},
              {"registration", nameOf(health.registration)},
              {"heartbeats_count", !health.uncounted}};
    body["last_heartbeat"] = health.lastCounted ? Json(formatRfc3339(*health.lastCounted)) : Json();
    if (health.clockOffset)
        body["clock_offset_seconds"] = static_cast<std::int64_t>(toSeconds(*health.clockOffset));
    return {200, protocol::toGoJsonLine(body)};
}

http::Service::Upgrade HealthService::upgrade(const http::Request &request) {
    return handle(request);
}

http::Response HealthService::refusal(int status, std::string_view reason) {
    return {status, protocol::toGoJsonLine({{"error", std::string(reason)}})};
}

} // namespace heartline::agent
