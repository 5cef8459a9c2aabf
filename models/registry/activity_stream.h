// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/environment.h"
#include "base/timer.h"
#include "protocol/activity_event.h"

#include <optional>
#include <string>

namespace heartline::registry {

/// One connection to `/v1/ws/activity`. Makes one try; its owner decides about more. It pings,
/// because registries do not, and counts any message or pong as contact. Thread: its environment's.
class ActivityStream {
public:
    struct Hooks {
        /// Says whether events about this id are wanted; asked before anything is parsed.
        std::function<bool(std::string_view entityId)> wanted;
        std::function<void(const protocol::ActivityEvent &event)> event;
        /// The registry's greeting came: a stream of the right kind.
        std::function<void()> opened;
        /// A beat of an agent that is not wanted came; told every kOthersInterval at most.
        std::function<void(UtcTime stamp)> othersHeard;
        /// It is over; why, for people.
        std::function<void(const std::string &reason)> lost;
    };

    ActivityStream(const Environment &environment, Hooks hooks);

    /// `ws:` or `wss:`.
    void open(const std::string &url);
    /// Drops the connection without a word.
    void drop();
    [[nodiscard]] bool isOpen() const { return m_greeted; }
    /// Under way, and not greeted yet.
    [[nodiscard]] bool isOpening() const { return m_stream && !m_greeted; }
    [[nodiscard]] MonoTime lastContact() const { return m_lastContact; }
    [[nodiscard]] std::uint64_t damagedFrames() const { return m_damaged; }

    static constexpr Nanoseconds kPingInterval = std::chrono::seconds(10);
    /// A registry greets at once; what does not within this time is no stream.
    static constexpr Nanoseconds kGreetingTimeout = std::chrono::seconds(8);
    /// One huge event of somebody else's ends no stream, though it is too large to be parsed.
    static constexpr std::size_t kLargestFrame = 1024UL * 1024;
    static constexpr std::size_t kMaxUnsent = 64UL * 1024;
    /// One stranger's beat in so long tells that the registry hears.
    static constexpr Nanoseconds kOthersInterval = std::chrono::seconds(1);
    /// So many frames between two pings that are no events, and it is no stream either.
    static constexpr int kMostJunk = 1000;
    /// A part of a message that is shorter than this counts as such.
    static constexpr std::size_t kLeastPart = 128;

    /// The id in a frame, found without parsing it; empty where none is plainly there. A frame that
    /// escapes its ids is missed: the stream is a hint, records are the truth.
    [[nodiscard]] static std::string_view entityIdIn(std::string_view frame);

private:
    void receive(std::string_view frame);
    /// One more frame that is no event.
    void junk();
    /// A frame about somebody else's agent.
    void receiveOthers(std::string_view frame);
    void fail(const std::string &reason);

    const Environment m_environment;
    const Hooks m_hooks;
    protocol::ActivityParser m_parser;
    std::unique_ptr<Stream> m_stream;
    Timer m_pingTimer;
    Timer m_greetingTimer;
    MonoTime m_lastContact;
    std::optional<MonoTime> m_othersToldAt;
    std::uint64_t m_damaged = 0;
    int m_junk = 0; // since the last ping
    bool m_greeted = false;
};

} // namespace heartline::registry
