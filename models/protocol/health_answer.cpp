// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/health_answer.h"

#include "protocol/display_text.h"

namespace heartline::protocol {

Result<HealthAnswer> parseHealthAnswer(std::string_view text) {
    return parseObject(text, {.maxBytes = 64 * 1024}).map([](const Json &json) {
        HealthAnswer answer;
        answer.status = displayText(stringOr(json, "status", {}), 40);
        answer.entityId =
            displayText(stringOr(json, "entity_id", stringOr(json, "agent_id", {})), 128);
        answer.lastHeartbeat = timeMember(json, "last_heartbeat");
        const auto uptime = json.find("uptime_seconds");
        if (uptime != json.end() && uptime->is_number())
            answer.uptimeSeconds = uptime->get<double>();
        return answer;
    });
}

} // namespace heartline::protocol
