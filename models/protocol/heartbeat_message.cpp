// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/heartbeat_message.h"

#include "base/rfc3339.h"
#include "protocol/json.h"

namespace heartline::protocol {

namespace {

constexpr JsonLimits kLimits{.maxBytes = 16 * 1024, .maxDepth = 8};
constexpr std::int64_t kLatestUnixSecond = 9'000'000'000; // year 2255, within nanoseconds

} // namespace

Result<std::optional<HeartbeatMessage>> parseHeartbeat(std::string_view text, Dialect dialect) {
    const auto json = parseObject(text, kLimits);
    if (!json)
        return tl::unexpected(json.error());
    HeartbeatMessage message;
    message.dialect = dialect;
    if (dialect == Dialect::Deployed) {
        const auto timestamp = json->find("timestamp");
        if (timestamp != json->end() && !timestamp->is_string())
            return fail(ErrorKind::Protocol, "timestamp is not a string");
        message.signedText = stringOr(*json, "timestamp", {});
        const auto time = parseRfc3339(message.signedText);
        if (!time)
            return std::nullopt;
        message.timestamp = *time;
    } else {
        if (stringOr(*json, "type", {}) != "heartbeat")
            return fail(ErrorKind::Protocol, "type is not heartbeat");
        const auto seconds = integerMember(*json, "timestamp");
        message.agentId = stringOr(*json, "agent_id", {});
        if (!seconds || message.agentId.empty() || message.agentId.size() > 128)
            return fail(ErrorKind::Protocol, "agent_id or timestamp is missing");
        if (*seconds < 0 || *seconds > kLatestUnixSecond)
            return std::nullopt;
        message.timestamp = UtcTime(std::chrono::seconds(*seconds));
        message.signedText = message.agentId + std::to_string(*seconds);
    }
    if (auto signature = identity::Signature::parse(stringOr(*json, "signature", {})))
        message.signature = *signature;
    return message;
}

std::string makeHeartbeat(Dialect dialect, std::string_view agentId, const identity::SecretKey &key,
                          UtcTime now) {
    if (dialect == Dialect::Deployed) {
        const std::string timestamp = formatRfc3339(now);
        return Json{{"timestamp", timestamp}, {"signature", key.sign(timestamp).text()}}.dump();
    }
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const std::string signedText = std::string(agentId) + std::to_string(seconds);
    return Json{{"type", "heartbeat"},
                {"agent_id", std::string(agentId)},
                {"timestamp", seconds},
                {"signature", key.sign(signedText).text()}}
        .dump();
}

} // namespace heartline::protocol
