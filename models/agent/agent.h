// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/heartbeat_client.h"
#include "http/listener.h"
#include "protocol/registration.h"

#include <memory>

namespace heartline::agent {

class HealthService;
class Registrar;

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
};

/// An agent as the registry and its callers see it: registered when needed, beating, answering
/// `/health`. Thread: the one it was made in; `/health` has its own.
class Agent : public QObject {
    Q_OBJECT
public:
    /// Starts `/health` at once. `clock` must outlive the agent.
    [[nodiscard]] static Result<std::unique_ptr<Agent>>
    create(AgentOptions options, identity::SecretKey key,
           std::optional<identity::SecretKey> developer, const Clock &clock);
    ~Agent() override;

    /// Registers when needed, then beats. A registry that is down is tried again.
    void start();
    /// Stops beating as a crash would; `/health` goes on.
    void stop();
    [[nodiscard]] bool isBeating() const { return m_heartbeat->isRunning(); }
    void reconnectNow() { m_heartbeat->reconnectNow(); }

    [[nodiscard]] const std::string &entityId() const { return m_entityId; }
    [[nodiscard]] std::uint16_t healthPort() const { return m_listener->port(); }

Q_SIGNALS:
    /// A line for the log, without a newline, in the network's own words where it has some.
    void logged(const QString &line);

private:
    Agent(AgentOptions options, identity::SecretKey key,
          std::optional<identity::SecretKey> developer, const Clock &clock);
    void ensureRegistered();
    void connectLog();

    AgentOptions m_options;
    const identity::SecretKey m_key;
    const std::optional<identity::SecretKey> m_developer;
    const std::string m_entityId;
    std::unique_ptr<HealthService> m_health;
    std::unique_ptr<http::Listener> m_listener;
    std::unique_ptr<Registrar> m_registrar;
    std::unique_ptr<HeartbeatClient> m_heartbeat;
    const Clock &m_clock;
    QTimer m_registrationRetry;
    bool m_wanted = false;
};

} // namespace heartline::agent
