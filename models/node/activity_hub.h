// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "http/frame_log.h"
#include "http/web_socket.h"
#include "protocol/json.h"

namespace heartline::node {

/// Publishes events to every subscriber of `/v1/ws/activity`. As on deployed registries nothing is
/// replayed; a subscriber that is half a minute, or 16 MiB, behind misses what lies farther back.
/// Listener's thread only.
class ActivityHub {
public:
    void publish(std::string_view type, UtcTime now, MonoTime mono, const protocol::Json &data);
    void subscribe(http::WebSocket &socket) { socket.follow(m_log); }

    /// One frame's text: `{type, timestamp, data}` and a newline.
    [[nodiscard]] static std::string text(std::string_view type, UtcTime now,
                                          const protocol::Json &data);

private:
    http::FrameLog m_log;
};

} // namespace heartline::node
