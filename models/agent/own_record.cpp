// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/own_record.h"

#include "base/http_date.h"
#include "identity/entity_id.h"
#include "protocol/entity_record.h"
#include "protocol/registry_info.h"
#include "protocol/registry_url.h"

namespace heartline::agent {

namespace {
constexpr std::size_t kLongestRecord = 1024 * 1024;

std::optional<Nanoseconds> offsetIn(const HttpReply &reply, const Clock &clock) {
    const auto date = parseHttpDate(reply.header("date"));
    if (!date || !reply.header("age").empty())
        return std::nullopt;
    // It was stamped somewhere between asking and hearing, and cut to a second.
    const Nanoseconds halfTrip = (reply.receivedAt - reply.sentAt) / 2;
    return *date + 500ms - (clock.utc() - halfTrip);
}
} // namespace

OwnRecord::OwnRecord(std::string registry, std::string entityId, const Environment &environment)
    : m_registry(std::move(registry)), m_entityId(std::move(entityId)), m_environment(environment) {
}

void OwnRecord::drop() {
    if (m_pending != 0)
        m_environment.transport.cancel(std::exchange(m_pending, 0));
}

void OwnRecord::ask(Callback callback) {
    drop();
    m_pending = m_environment.transport.send(
        {.url = m_registry + "/v1/entities/" + protocol::pathSegment(m_entityId),
         .maxBytes = kLongestRecord},
        [this, callback = std::move(callback)](const Result<HttpReply> &reply) {
            m_pending = 0;
            callback(reply ? read(*reply) : Result<Answer>(tl::unexpected(reply.error())));
        });
}

Result<OwnRecord::Answer> OwnRecord::read(const HttpReply &reply) const {
    Answer answer;
    answer.clockOffset = offsetIn(reply, m_environment.clock);
    if (reply.status == 404 && protocol::isRegistryError(reply.body))
        return answer;
    if (reply.status != 200)
        return fail(ErrorKind::Protocol,
                    "the registry answered " + std::to_string(reply.status) + ": " +
                        protocol::errorText(reply.body),
                    reply.status);
    const auto record = protocol::parseEntityRecord(std::string_view(reply.body));
    if (!record || !identity::isSameId(record->entityId, m_entityId))
        return fail(ErrorKind::Protocol,
                    "what answers for the registry gives no record of this agent: is there a login "
                    "page or a proxy in its place?",
                    reply.status);
    answer.standing = record->tombstoned ? Standing::Tombstoned : Standing::Registered;
    answer.lastHeartbeat = record->lastHeartbeat;
    return answer;
}

} // namespace heartline::agent
