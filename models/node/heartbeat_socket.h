// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/web_socket.h"
#include "node/node_state.h"
#include "protocol/heartbeat_message.h"

namespace heartline::node {

/// One agent's heartbeat connection, in either dialect. The first valid signed message is the proof
/// of the key. As deployed: a bad signature or time is dropped in silence, a malformed message ends
/// the connection without a close frame. The documented dialect is told `signature_invalid`.
class HeartbeatSocket final : public http::WebSocketHandler {
public:
    /// `entityId` is given by the path in the deployed dialect, by each message in the documented.
    HeartbeatSocket(NodeState &state, protocol::Dialect dialect, std::string entityId);
    ~HeartbeatSocket() override;

    void opened(http::WebSocket &socket) override;
    void received(std::string_view message) override;
    void closed() override;

    [[nodiscard]] MonoTime lastMessage() const { return m_lastMessage; }
    void drop();

private:
    void refuse(std::string_view reason);

    NodeState &m_state;
    const protocol::Dialect m_dialect;
    std::string m_entityId;
    http::WebSocket *m_socket = nullptr;
    MonoTime m_lastMessage;
    bool m_proved = false;
};

} // namespace heartline::node
