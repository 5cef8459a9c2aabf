// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/beat_ledger.h"
#include "agent/health_service.h"
#include "agent/heartbeat_client.h"
#include "agent/registrar.h"
#include "http/listener.h"

#include <memory>

namespace heartline::agent {

struct AgentOptions {
    /// Normalised registry URL.
    std::string registry;
    protocol::EntityDescription description;
    protocol::Dialect dialect = protocol::Dialect::Deployed;
    std::uint32_t entityIndex = 0;
    std::string developerName = "developer";
    Nanoseconds period = 30s;
    Nanoseconds backoffUnit = 1s;
    /// Where `/health` listens; 0 takes a free port.
    std::string healthAddress = "127.0.0.1";
    std::uint16_t healthPort = 0;
    /// Registers again when its record is gone while it runs, which undoes its owner's DELETE.
    bool registerAgain = false;
    /// Takes lines for the log, without a newline, in the network's own words where it has some.
    std::function<void(const std::string &line)> log;
};

/// An agent as the registry and its callers see it: registered at its start when needed, beating,
/// answering `/health`. It asks for its own record every ten periods and after each connection: one
/// that was deregistered stops beating, and beats again once it has a record again. Thread: the
/// scheduler's; `/health` has its own.
class Agent {
public:
    /// Starts `/health` at once. What `environment` names must outlive the agent.
    [[nodiscard]] static Result<std::unique_ptr<Agent>>
    create(AgentOptions options, identity::SecretKey key,
           std::optional<identity::SecretKey> developer, const Environment &environment);
    ~Agent();
    Agent(const Agent &) = delete;
    Agent &operator=(const Agent &) = delete;

    /// Registers when needed, then beats. A registry that is down is tried again.
    void start();
    /// Stops beating as a crash would; `/health` goes on.
    void stop();
    [[nodiscard]] bool isBeating() const { return m_heartbeat->isRunning(); }

    /// What `/health` says beside being there.
    [[nodiscard]] const AgentHealth &health() const { return m_health; }

    [[nodiscard]] const std::string &entityId() const { return m_entityId; }
    [[nodiscard]] std::uint16_t healthPort() const { return m_listener->port(); }

private:
    Agent(AgentOptions options, identity::SecretKey key,
          std::optional<identity::SecretKey> developer, const Environment &environment);
    [[nodiscard]] HeartbeatClient::Hooks hooks();
    void ensureRegistered();
    void registrationFailed(const Error &error);
    /// Asks for its own record.
    void look();
    void looked(const OwnRecord::Answer &answer);
    void foundNoRecord(OwnRecord::Standing standing);
    void noteClock(const OwnRecord::Answer &answer);
    void tellHealth();
    void log(const std::string &line) const;

    AgentOptions m_options;
    const identity::SecretKey m_key;
    const std::optional<identity::SecretKey> m_developer;
    const std::string m_entityId;
    const Environment m_environment;
    HealthService m_service;
    std::unique_ptr<http::Listener> m_listener;
    std::unique_ptr<Registrar> m_registrar;
    OwnRecord m_record;
    BeatLedger m_ledger;
    AgentHealth m_health;
    Backoff m_retryBackoff;
    Backoff m_refusedBackoff;
    Timer m_registrationRetry;
    Timer m_lookTimer;
    Timer m_lookSoon;
    std::string m_lookError;
    /// Since when the registry says that there is no record.
    std::optional<MonoTime> m_missingSince;
    bool m_throughSinceOpened = false;
    bool m_wanted = false;
    /// The last to be made, and the first to go: what it calls is there for as long as it is.
    std::unique_ptr<HeartbeatClient> m_heartbeat;
};

} // namespace heartline::agent
