// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/backoff.h"
#include "base/environment.h"
#include "base/timer.h"
#include "protocol/heartbeat_message.h"

#include <functional>
#include <optional>

namespace heartline::agent {

/// Of one agent's chance: those that share an environment must not come back in one instant.
[[nodiscard]] std::uint64_t seedOf(const Environment &environment, const std::string &entityId);

/// Holds an agent's heartbeat connection: a signed message each period, with a ping behind it, so
/// that a half-open link is found within a period instead of never. A beat counts once the pong
/// came and no error did; until one does, reconnections come after 1, 2, 4 … 60 s with jitter.
/// Deployed registries answer no beat, and drop one that they do not take in silence: whether they
/// took it only the record tells (OwnRecord). Thread: the scheduler's.
class HeartbeatClient {
public:
    struct Options {
        /// Normalised registry URL.
        std::string registry;
        std::string entityId;
        protocol::Dialect dialect = protocol::Dialect::Deployed;
        Nanoseconds period = 30s;
        /// First wait of the reconnection; doubles up to sixty times this.
        Nanoseconds backoffUnit = 1s;
    };
    /// Each may be empty. None may end the client.
    struct Hooks {
        std::function<void()> connected;
        std::function<void(const std::string &reason, Nanoseconds retryIn)> lost;
        /// The registry does not know this id (404 before the upgrade, deployed dialect).
        std::function<void()> notRegistered;
        std::function<void()> sent;
        /// The beat that was sent at that time, on our wall clock, came through.
        std::function<void(UtcTime sentAt)> cameThrough;
        /// The registry answered a beat with an error (documented dialect only).
        std::function<void(const std::string &reason)> rejected;
    };

    HeartbeatClient(Options options, identity::SecretKey key, const Environment &environment,
                    Hooks hooks);

    void start();
    /// Drops the connection without a word, as a killed process would.
    void stop();
    /// Handshakes anew at once, whatever the backoff says.
    void reconnectNow();

    [[nodiscard]] bool isRunning() const { return m_running; }
    /// When the last beat was handed to an open connection, on our wall clock.
    [[nodiscard]] std::optional<UtcTime> lastSent() const { return m_lastSent; }

private:
    void open();
    void opened();
    void beat();
    void pongCame();
    void messageCame(std::string_view text);
    void lost(const StreamLoss &loss);
    void dropStream();
    [[nodiscard]] std::string path() const;
    [[nodiscard]] std::string reasonOf(const StreamLoss &loss) const;

    const Options m_options;
    const identity::SecretKey m_key;
    const Environment m_environment;
    const Hooks m_hooks;
    Backoff m_backoff;
    Timer m_beatTimer;
    Timer m_pongTimer;
    Timer m_retryTimer;
    std::unique_ptr<Stream> m_stream;
    std::optional<UtcTime> m_lastSent;
    bool m_rejected = false;
    bool m_running = false;
};

} // namespace heartline::agent
