// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/activity_hub.h"

#include "base/rfc3339.h"
#include "protocol/go_json.h"

namespace heartline::node {

std::string ActivityHub::text(std::string_view type, UtcTime now, const protocol::Json &data) {
    return protocol::toGoJsonLine(
        {{"type", std::string(type)}, {"timestamp", formatRfc3339Nanos(now)}, {"data", data}});
}

void ActivityHub::publish(std::string_view type, UtcTime now, MonoTime mono,
                          const protocol::Json &data) {
    if (m_log.hasReaders())
        m_log.append(text(type, now, data), mono);
}

} // namespace heartline::node
