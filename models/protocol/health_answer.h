// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/json.h"

namespace heartline::protocol {

/// An agent's `GET /health`. SDKs answer `{status, entity_id, timestamp}`; the documentation also
/// promises `agent_id, uptime_seconds, last_heartbeat`. Any subset is taken.
struct HealthAnswer {
    std::string status;
    std::string entityId;
    std::optional<UtcTime> lastHeartbeat;
    std::optional<double> uptimeSeconds;
};
[[nodiscard]] Result<HealthAnswer> parseHealthAnswer(std::string_view text);

} // namespace heartline::protocol
