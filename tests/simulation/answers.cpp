// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/answers.h"

#include "base/rfc3339.h"

#include <array>
#include <cstdio>

namespace heartline::simulation::answers {

namespace {

std::string inQuotes(std::string_view text) {
    std::string result = "\"";
    result += text;
    result += '"';
    return result;
}

std::string_view typeOf(StreamEvent::Kind kind) {
    switch (kind) {
    case StreamEvent::Kind::Beat:
    case StreamEvent::Kind::Others:
        return "entity_heartbeat";
    case StreamEvent::Kind::BecameActive:
        return "entity_became_active";
    case StreamEvent::Kind::Registered:
        return "entity_registered";
    case StreamEvent::Kind::Deregistered:
        return "entity_deregistered";
    case StreamEvent::Kind::Hint:
        return "entity_became_inactive";
    }
    return {};
}

} // namespace

std::string registryId(int registry, bool other) {
    return "zns:registry:" + std::string(31, other ? 'b' : 'a') + std::to_string(registry);
}

std::string info(int registry, bool other) {
    return R"({"registry_id":)" + inQuotes(registryId(registry, other)) +
           R"(,"name":"simulated","developer_onboarding":{"mode":"open"}})";
}

std::string status(int registry, Nanoseconds uptime) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.9fs", toSeconds(uptime));
    return R"({"registry_id":)" + inQuotes(registryId(registry, false)) +
           R"(,"name":"simulated","version":"1","uptime":)" + inQuotes(text.data()) +
           R"(,"peer_count":0,"local_agents":0})";
}

std::string error(std::string_view text) {
    return R"({"error":)" + inQuotes(text) + "}";
}

std::string record(std::string_view id, std::string_view developer,
                   const liveness::RecordFacts &facts) {
    std::string text = R"({"entity_id":)" + inQuotes(id) +
                       R"(,"name":"simulated","developer_id":)" + inQuotes(developer);
    text += facts.gossipCopy ? R"(,"home_registry":"zns:registry:home")"
                             : R"(,"home_registry":"","public_key":"ed25519:AAAA")";
    if (facts.status != protocol::EntityStatus::Unstated)
        text += facts.status == protocol::EntityStatus::Active ? R"(,"status":"active")"
                                                               : R"(,"status":"inactive")";
    if (facts.registeredAt)
        text += R"(,"registered_at":)" + inQuotes(formatRfc3339(*facts.registeredAt));
    if (facts.lastHeartbeat)
        text += R"(,"last_heartbeat":)" + inQuotes(formatRfc3339(*facts.lastHeartbeat));
    if (facts.tombstoned)
        text += R"(,"tombstoned":true)";
    return text + "}";
}

std::string strangersRecord(std::string_view id, UtcTime beat) {
    return record(id, "zns:dev:22222222222222222222222222222222",
                  {protocol::EntityStatus::Active, beat, beat, false, false});
}

std::string list(const std::vector<std::string> &records, std::size_t count) {
    std::string text = R"({"count":)" + std::to_string(count) + R"(,"entities":)";
    if (records.empty())
        return text + "null}"; // as Go writes it
    for (std::size_t i = 0; i < records.size(); ++i)
        text += (i == 0 ? "[" : ",") + records[i];
    return text + "]}";
}

std::string greeting(UtcTime now) {
    return R"({"type":"connected","timestamp":)" + inQuotes(formatRfc3339Nanos(now)) + "}\n";
}

std::string frame(const StreamEvent &event, std::string_view id) {
    return R"({"type":)" + inQuotes(typeOf(event.kind)) + R"(,"timestamp":)" +
           inQuotes(formatRfc3339Nanos(event.stamp)) + R"(,"data":{"entity_id":)" + inQuotes(id) +
           R"(,"status":"active"}})" + "\n";
}

} // namespace heartline::simulation::answers
