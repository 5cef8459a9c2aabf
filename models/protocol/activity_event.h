// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"

#include <memory>
#include <string_view>

namespace heartline::protocol {

enum class ActivityType {
    Connected,
    Heartbeat,
    BecameActive,
    BecameInactive,
    Registered,
    Deregistered,
    GossipIncoming,
    GossipOutgoing,
    PeerConnected,
    PeerDisconnected,
    Other, ///< known not to be ours, or unknown: ignored
};

/// A frame of `GET /v1/ws/activity`, down to what a dashboard uses. The id is a view into the
/// parser and lives until its next call.
struct ActivityEvent {
    ActivityType type = ActivityType::Other;
    /// The registry's clock, up to nanoseconds.
    UtcTime timestamp;
    /// Empty where the event names none (`connected`, developers' announcements).
    std::string_view entityId;
};

/// Parses frames with simdjson on demand and reuses its buffers: keep one per stream. The members
/// come in no fixed order. Thread: one at a time.
class ActivityParser {
public:
    ActivityParser();
    ~ActivityParser();
    ActivityParser(const ActivityParser &) = delete;
    ActivityParser &operator=(const ActivityParser &) = delete;

    /// Largest frame taken.
    static constexpr std::size_t kMaxBytes = 64 * 1024;

    [[nodiscard]] Result<ActivityEvent> parse(std::string_view frame);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace heartline::protocol
