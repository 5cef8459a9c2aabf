// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/activity_stream.h"

namespace heartline::registry {

ActivityStream::ActivityStream(const Environment &environment, Hooks hooks)
    : m_environment(environment), m_hooks(std::move(hooks)), m_pingTimer(environment.scheduler,
                                                                         [this] {
                                                                             m_junk = 0;
                                                                             if (m_stream)
                                                                                 m_stream->ping();
                                                                         }),
      m_greetingTimer(environment.scheduler, [this] { fail("the stream does not greet"); }),
      m_lastContact(environment.clock.mono()) {}

void ActivityStream::drop() {
    m_pingTimer.stop();
    m_greetingTimer.stop();
    m_greeted = false;
    m_junk = 0;
    m_stream.reset();
}

void ActivityStream::open(const std::string &url) {
    drop();
    m_greetingTimer.start(kGreetingTimeout);
    StreamEvents events;
    events.connected = [this] {
        m_lastContact = m_environment.clock.mono();
        m_pingTimer.repeat(kPingInterval);
    };
    events.message = [this](std::string_view text) { receive(text); };
    events.part = [this](std::size_t size) {
        if (size < kLeastPart)
            junk();
    };
    events.binary = [this] { junk(); };
    events.pong = [this] {
        m_lastContact = m_environment.clock.mono();
        junk();
    };
    events.lost = [this](const StreamLoss &loss) { fail(loss.reason); };
    m_stream = m_environment.transport.open(
        {.url = url, .maxMessage = kLargestFrame, .maxUnsent = kMaxUnsent}, std::move(events));
}

void ActivityStream::junk() {
    if (++m_junk > kMostJunk)
        fail("it sends what is no event");
}

void ActivityStream::fail(const std::string &reason) {
    if (!m_stream)
        return;
    std::string why = reason.empty() ? "the registry closed the stream" : reason;
    if (const std::string proxy = m_stream->proxy(); !proxy.empty() && !m_greeted)
        why += " (by the proxy " + proxy + ")";
    drop();
    m_hooks.lost(why);
}

std::string_view ActivityStream::entityIdIn(std::string_view frame) {
    constexpr std::string_view key = "\"entity_id\"";
    std::size_t at = frame.find(key);
    if (at == std::string_view::npos)
        return {};
    at += key.size();
    while (at < frame.size() && (frame[at] == ' ' || frame[at] == ':'))
        ++at;
    if (at >= frame.size() || frame[at] != '"')
        return {};
    ++at;
    const std::size_t end = frame.find('"', at);
    return end == std::string_view::npos ? std::string_view() : frame.substr(at, end - at);
}

void ActivityStream::receiveOthers(std::string_view frame) {
    if (frame.find("\"type\"") == std::string_view::npos)
        return junk();
    if ((m_othersToldAt && m_lastContact - *m_othersToldAt < kOthersInterval) ||
        frame.find("\"entity_heartbeat\"") == std::string_view::npos)
        return;
    m_othersToldAt = m_lastContact; // whatever it is: junk must not have each frame parsed
    if (const auto event = m_parser.parse(frame);
        event && event->type == protocol::ActivityType::Heartbeat)
        m_hooks.othersHeard(event->timestamp);
}

void ActivityStream::receive(std::string_view frame) {
    m_lastContact = m_environment.clock.mono();
    if (m_greeted) {
        const std::string_view id = entityIdIn(frame);
        if (id.empty() || !m_hooks.wanted(id)) {
            // Not one of ours, unless it is new: then only its record tells.
            if (frame.find("\"entity_registered\"") == std::string_view::npos)
                return receiveOthers(frame);
        }
    }
    const auto event = m_parser.parse(frame);
    if (!event) {
        ++m_damaged;
        return junk();
    }
    if (!m_greeted && event->type == protocol::ActivityType::Connected) {
        m_greeted = true;
        m_greetingTimer.stop();
        return m_hooks.opened();
    }
    m_hooks.event(*event);
}

} // namespace heartline::registry
