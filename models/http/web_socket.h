// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/frame_log.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace heartline::http {

/// An open WebSocket, seen from the server. All calls in the listener's thread.
class WebSocket {
public:
    WebSocket() = default;
    WebSocket(const WebSocket &) = delete;
    WebSocket &operator=(const WebSocket &) = delete;
    virtual ~WebSocket() = default;

    /// Bytes of frames of its own that wait for a slow reader; more are refused.
    static constexpr std::size_t kMaxQueued = 64 * 1024;

    /// Queues a text frame. False when so much waits already: the frame is dropped, the connection
    /// stays.
    virtual bool send(std::string_view text) = 0;
    /// Sends from now on what is appended to `log`, which must outlive the socket.
    virtual void follow(FrameLog &log) = 0;
    /// Closes with a close frame.
    virtual void close(std::uint16_t code) = 0;
    /// Drops the connection without a word.
    virtual void abort() = 0;
};

/// What a Service makes of one WebSocket; lives as long as the connection. Listener's thread.
class WebSocketHandler {
public:
    WebSocketHandler() = default;
    WebSocketHandler(const WebSocketHandler &) = delete;
    WebSocketHandler &operator=(const WebSocketHandler &) = delete;
    virtual ~WebSocketHandler() = default;

    virtual void opened(WebSocket &socket) = 0;
    virtual void received(std::string_view message) = 0;
    /// The last call; the socket is gone after it.
    virtual void closed() = 0;
};

} // namespace heartline::http
