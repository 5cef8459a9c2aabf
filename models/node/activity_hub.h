// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "http/web_socket.h"
#include "protocol/json.h"

#include <set>

namespace heartline::node {

/// Publishes events to every subscriber of `/v1/ws/activity`. As on deployed registries nothing is
/// replayed, and what does not fit into a slow subscriber's 256 events is dropped for that one.
/// Listener's thread only.
class ActivityHub {
public:
    void publish(std::string_view type, UtcTime now, const protocol::Json &data);
    void subscribe(http::WebSocket &socket) { m_subscribers.insert(&socket); }
    void unsubscribe(http::WebSocket &socket) { m_subscribers.erase(&socket); }
    [[nodiscard]] std::uint64_t dropped() const { return m_dropped; }

    /// One frame: `{type, timestamp, data}` and a newline.
    [[nodiscard]] static std::string frame(std::string_view type, UtcTime now,
                                           const protocol::Json &data);

private:
    std::set<http::WebSocket *> m_subscribers;
    std::uint64_t m_dropped = 0;
};

} // namespace heartline::node
