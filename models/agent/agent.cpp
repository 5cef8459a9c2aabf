// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agent.h"

#include "agent/health_service.h"
#include "agent/registrar.h"
#include "identity/entity_id.h"

#include <QSslSocket>

namespace heartline::agent {

Agent::Agent(AgentOptions options, identity::SecretKey key,
             std::optional<identity::SecretKey> developer, const Clock &clock)
    : m_options(std::move(options)), m_key(std::move(key)), m_developer(std::move(developer)),
      m_entityId(identity::makeId(m_options.description.entityType == "service"
                                      ? identity::IdKind::Service
                                      : identity::IdKind::Agent,
                                  m_key.publicKey())),
      m_health(std::make_unique<HealthService>(m_entityId, clock)), m_clock(clock) {}

Agent::~Agent() {
    m_heartbeat.reset();
    m_registrar.reset();
    m_listener.reset();
}

Result<std::unique_ptr<Agent>> Agent::create(AgentOptions options, identity::SecretKey key,
                                             std::optional<identity::SecretKey> developer,
                                             const Clock &clock) {
    std::unique_ptr<Agent> agent(
        new Agent(std::move(options), std::move(key), std::move(developer), clock));
    AgentOptions &o = agent->m_options;
    http::ListenerOptions listening;
    listening.address = o.healthAddress;
    listening.port = o.healthPort;
    auto listener = http::Listener::start(listening, *agent->m_health);
    if (!listener)
        return tl::unexpected(listener.error());
    agent->m_listener = std::move(*listener);
    if (o.description.entityUrl.empty()) {
        const bool any = o.healthAddress == "0.0.0.0" || o.healthAddress == "::";
        o.description.entityUrl = "http://" + (any ? std::string("localhost") : o.healthAddress) +
                                  ":" + std::to_string(agent->m_listener->port());
    }
    agent->m_registrar = std::make_unique<Registrar>(
        Registrar::Options{o.registry, agent->m_entityId, o.description, o.entityIndex,
                           o.developerName},
        agent->m_key, agent->m_developer ? &*agent->m_developer : nullptr, clock);
    agent->m_heartbeat = std::make_unique<HeartbeatClient>(
        HeartbeatClient::Options{o.registry, agent->m_entityId, o.dialect, o.period, o.backoffUnit},
        agent->m_key.clone(), clock);
    agent->connectLog();
    return agent;
}

void Agent::connectLog() {
    m_registrationRetry.setSingleShot(true);
    connect(&m_registrationRetry, &QTimer::timeout, this, &Agent::ensureRegistered);
    HeartbeatClient *heartbeat = m_heartbeat.get();
    connect(heartbeat, &HeartbeatClient::connected, this, [this] {
        Q_EMIT logged(QStringLiteral("[heartbeat] connected — pinging every %1s")
                          .arg(toSeconds(m_options.period)));
    });
    connect(heartbeat, &HeartbeatClient::disconnected, this,
            [this](const QString &reason, double retry) {
                Q_EMIT logged(QStringLiteral("[heartbeat] disconnected: %1 — reconnect in %2s")
                                  .arg(reason)
                                  .arg(retry, 0, 'f', 1));
            });
    connect(heartbeat, &HeartbeatClient::rejected, this, [this](const QString &reason) {
        Q_EMIT logged(QStringLiteral("[heartbeat] rejected by the registry: %1").arg(reason));
    });
    connect(heartbeat, &HeartbeatClient::heartbeatSent, this,
            [this] { m_health->setLastHeartbeat(m_clock.utc()); });
    // Deregistered while running, or the registry lost its data: register again.
    connect(heartbeat, &HeartbeatClient::notRegistered, this, &Agent::ensureRegistered);
}

void Agent::start() {
    m_wanted = true;
    if (m_options.registry.starts_with("https://") && !QSslSocket::supportsSsl()) {
        Q_EMIT logged(
            QStringLiteral("[heartbeat] TLS support missing — install Qt's OpenSSL plugin; "
                           "serving /health without a heartbeat"));
        return;
    }
    ensureRegistered();
}

void Agent::stop() {
    m_wanted = false;
    m_registrationRetry.stop();
    m_heartbeat->stop();
}

void Agent::ensureRegistered() {
    if (!m_wanted)
        return;
    m_registrar->ensureRegistered([this](const Result<Registrar::Outcome> &outcome) {
        if (!m_wanted)
            return;
        if (!outcome) {
            Q_EMIT logged(QStringLiteral("[registry] %1")
                              .arg(QString::fromStdString(outcome.error().message)));
            const double wait = toSeconds(m_options.backoffUnit) * 10;
            m_registrationRetry.start(static_cast<int>(wait * 1000));
            return;
        }
        Q_EMIT logged(QStringLiteral("[registry] %1 %2")
                          .arg(*outcome == Registrar::Outcome::Registered
                                   ? QStringLiteral("registered")
                                   : QStringLiteral("already registered:"),
                               QString::fromStdString(m_entityId)));
        m_heartbeat->start();
    });
}

} // namespace heartline::agent
