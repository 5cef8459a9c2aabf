// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/activity_event.h"

#include "base/rfc3339.h"

#include <array>
#include <simdjson.h>

namespace heartline::protocol {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::array<std::pair<std::string_view, ActivityType>, 10> kTypes{{
    {"entity_heartbeat", ActivityType::Heartbeat},
    {"entity_became_active", ActivityType::BecameActive},
    {"entity_became_inactive", ActivityType::BecameInactive},
    {"entity_registered", ActivityType::Registered},
    {"entity_deregistered", ActivityType::Deregistered},
    {"connected", ActivityType::Connected},
    {"gossip_incoming", ActivityType::GossipIncoming},
    {"gossip_outgoing", ActivityType::GossipOutgoing},
    {"peer_connected", ActivityType::PeerConnected},
    {"peer_disconnected", ActivityType::PeerDisconnected},
}};

ActivityType typeOf(std::string_view text) {
    for (const auto &[name, type] : kTypes)
        if (name == text)
            return type;
    return ActivityType::Other;
}

} // namespace

struct ActivityParser::Private {
    ondemand::parser parser{kMaxBytes + simdjson::SIMDJSON_PADDING};
    std::array<char, kMaxBytes + simdjson::SIMDJSON_PADDING> buffer{};
};

ActivityParser::ActivityParser() : d(std::make_unique<Private>()) {}
ActivityParser::~ActivityParser() = default;

Result<ActivityEvent> ActivityParser::parse(std::string_view frame) {
    if (frame.size() > kMaxBytes)
        return fail(ErrorKind::Protocol, "activity frame is larger than 64 KiB");
    frame.copy(d->buffer.data(), frame.size());
    std::fill_n(d->buffer.data() + frame.size(), simdjson::SIMDJSON_PADDING, '\0');

    ondemand::document document;
    ondemand::object object;
    if (d->parser.iterate(d->buffer.data(), frame.size(), d->buffer.size()).get(document) ||
        document.get_object().get(object))
        return fail(ErrorKind::Protocol, "activity frame is not a JSON object");

    ActivityEvent event;
    bool hasType = false;
    bool hasTime = false;
    for (auto field : object) {
        std::string_view key;
        ondemand::value value;
        if (field.unescaped_key().get(key) || field.value().get(value))
            return fail(ErrorKind::Protocol, "activity frame is damaged");
        std::string_view text;
        if (key == "type") {
            if (value.get_string().get(text))
                return fail(ErrorKind::Protocol, "activity frame has a type that is no text");
            event.type = typeOf(text);
            hasType = true;
        } else if (key == "timestamp") {
            if (value.get_string().get(text))
                return fail(ErrorKind::Protocol, "activity frame has a time that is no text");
            const auto time = parseRfc3339(text);
            if (!time)
                return fail(ErrorKind::Protocol, "activity frame has a time that is not RFC 3339");
            event.timestamp = *time;
            hasTime = true;
        } else if (key == "data") {
            ondemand::object data;
            if (value.get_object().get(data))
                continue; // null or another type: an event without data
            for (auto member : data) {
                std::string_view name;
                if (member.unescaped_key().get(name))
                    return fail(ErrorKind::Protocol, "activity frame is damaged");
                if (name != "entity_id")
                    continue;
                if (member.value().get_string().get(text) || text.size() > 128)
                    return fail(ErrorKind::Protocol, "activity frame has no usable entity_id");
                event.entityId = text;
            }
        }
    }
    if (!hasType || !hasTime)
        return fail(ErrorKind::Protocol, "activity frame has no type or no timestamp");
    const char *rest = nullptr;
    if (!document.current_location().get(rest)) // at the end there is no location
        return fail(ErrorKind::Protocol, "activity frame has something after its JSON");
    return event;
}

} // namespace heartline::protocol
