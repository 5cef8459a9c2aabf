// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/activity_hub.h"

#include "base/rfc3339.h"
#include "protocol/go_json.h"

namespace heartline::node {

std::string ActivityHub::frame(std::string_view type, UtcTime now, const protocol::Json &data) {
    return protocol::toGoJsonLine(
        {{"type", std::string(type)}, {"timestamp", formatRfc3339Nanos(now)}, {"data", data}});
}

void ActivityHub::publish(std::string_view type, UtcTime now, const protocol::Json &data) {
    if (m_subscribers.empty())
        return;
    const auto text = std::make_shared<const std::string>(frame(type, now, data));
    for (http::WebSocket *subscriber : m_subscribers)
        if (!subscriber->send(text))
            ++m_dropped;
}

} // namespace heartline::node
