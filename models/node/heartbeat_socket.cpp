// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/heartbeat_socket.h"

#include "protocol/go_json.h"

namespace heartline::node {

HeartbeatSocket::HeartbeatSocket(NodeState &state, protocol::Dialect dialect, std::string entityId)
    : m_state(state), m_dialect(dialect), m_entityId(std::move(entityId)),
      m_lastMessage(state.mono()) {}

HeartbeatSocket::~HeartbeatSocket() {
    m_state.heartbeatSockets().erase(this);
}

void HeartbeatSocket::opened(http::WebSocket &socket) {
    m_socket = &socket;
    m_state.heartbeatSockets().insert(this);
}

void HeartbeatSocket::closed() {
    m_socket = nullptr;
}

void HeartbeatSocket::drop() {
    if (m_socket)
        m_socket->abort();
}

void HeartbeatSocket::received(std::string_view text) {
    m_lastMessage = m_state.mono();
    const auto parsed = protocol::parseHeartbeat(text, m_dialect);
    if (!parsed)
        return drop();
    const auto &message = *parsed;
    if (!message)
        return refuse("timestamp_invalid");
    if (m_dialect == protocol::Dialect::Documented) {
        if (!m_entityId.empty() && message->agentId != m_entityId)
            return refuse("agent_id_changed");
    }
    EntityRow *row =
        m_state.entity(m_dialect == protocol::Dialect::Documented ? message->agentId : m_entityId);
    if (!row)
        return refuse("agent_unknown"); // deregistered since, or never known
    const auto skew = m_state.now() - message->timestamp;
    if (skew > protocol::kHeartbeatClockTolerance || skew < -protocol::kHeartbeatClockTolerance)
        return refuse("timestamp_out_of_range");
    if (!message->signature || !row->publicKey.verifies(message->signedText, *message->signature))
        return refuse("signature_invalid");
    m_entityId = row->entityId;
    m_state.beat(*row, !m_proved);
    m_proved = true;
}

void HeartbeatSocket::refuse(std::string_view reason) {
    if (m_dialect == protocol::Dialect::Documented && m_socket)
        m_socket->send(protocol::toGoJsonLine({{"type", "error"}, {"error", std::string(reason)}}));
}

} // namespace heartline::node
