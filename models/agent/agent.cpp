// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agent.h"

#include "identity/entity_id.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace heartline::agent {

namespace {
/// Between two looks at its own record, in periods; after a connection, when a beat that counts
/// must stand in it.
constexpr int kLookPeriods = 10;
constexpr int kLookSoonPeriods = 3;
/// A registry drops beats that are stamped more than 60 s off its clock.
constexpr Nanoseconds kClockWarning = 30s;
/// One answer that there is no record may be the word of a replica that lags: another is wanted, so
/// many units of the backoff later.
constexpr int kMissingUnits = 10;
/// A registration that was refused is tried again after so many units, doubling up to sixty times
/// that.
constexpr int kRefusedUnits = 10;

std::string seconds(Nanoseconds d) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", std::round(toSeconds(d) * 10) / 10);
    return text.data();
}
} // namespace

Agent::Agent(AgentOptions options, identity::SecretKey key,
             std::optional<identity::SecretKey> developer, const Environment &environment)
    : m_options(std::move(options)), m_key(std::move(key)), m_developer(std::move(developer)),
      m_entityId(identity::makeId(m_options.description.entityType == "service"
                                      ? identity::IdKind::Service
                                      : identity::IdKind::Agent,
                                  m_key.publicKey())),
      m_environment(environment), m_service(m_entityId, environment.clock),
      m_record(m_options.registry, m_entityId, environment), m_ledger(m_options.period),
      m_retryBackoff(seedOf(environment, m_entityId), m_options.backoffUnit),
      m_refusedBackoff(seedOf(environment, m_entityId), kRefusedUnits * m_options.backoffUnit),
      m_registrationRetry(environment.scheduler, [this] { ensureRegistered(); }),
      m_lookTimer(environment.scheduler, [this] { look(); }),
      m_lookSoon(environment.scheduler, [this] { look(); }) {}

Agent::~Agent() {
    m_heartbeat.reset();
    m_registrar.reset();
    m_listener.reset();
}

Result<std::unique_ptr<Agent>> Agent::create(AgentOptions options, identity::SecretKey key,
                                             std::optional<identity::SecretKey> developer,
                                             const Environment &environment) {
    std::unique_ptr<Agent> agent(
        new Agent(std::move(options), std::move(key), std::move(developer), environment));
    AgentOptions &o = agent->m_options;
    http::ListenerOptions listening;
    listening.address = o.healthAddress;
    listening.port = o.healthPort;
    auto listener = http::Listener::start(listening, agent->m_service);
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
        agent->m_key, agent->m_developer ? &*agent->m_developer : nullptr, environment);
    agent->m_heartbeat = std::make_unique<HeartbeatClient>(
        HeartbeatClient::Options{o.registry, agent->m_entityId, o.dialect, o.period, o.backoffUnit},
        agent->m_key.clone(), environment, agent->hooks());
    return agent;
}

HeartbeatClient::Hooks Agent::hooks() {
    HeartbeatClient::Hooks hooks;
    hooks.connected = [this] {
        m_ledger.connected();
        m_throughSinceOpened = false;
        log("[heartbeat] connected — pinging every " + seconds(m_options.period) + "s");
    };
    hooks.lost = [this](const std::string &reason, Nanoseconds retryIn) {
        log("[heartbeat] disconnected: " + reason + " — reconnect in " + seconds(retryIn) + "s");
    };
    hooks.cameThrough = [this](UtcTime sentAt) {
        m_ledger.cameThrough(sentAt, m_environment.clock.mono());
        tellHealth();
        if (std::exchange(m_throughSinceOpened, true))
            return;
        look();
        m_lookSoon.start(kLookSoonPeriods * m_options.period);
    };
    hooks.rejected = [this](const std::string &reason) {
        log("[heartbeat] rejected by the registry: " + reason);
        look(); // it may have been deregistered
    };
    hooks.notRegistered = [this] { look(); };
    return hooks;
}

void Agent::log(const std::string &line) const {
    if (m_options.log)
        m_options.log(line);
}

void Agent::start() {
    if (std::exchange(m_wanted, true))
        return;
    ensureRegistered();
}

void Agent::stop() {
    m_wanted = false;
    m_registrationRetry.stop();
    m_lookTimer.stop();
    m_lookSoon.stop();
    m_registrar->drop();
    m_record.drop();
    m_heartbeat->stop();
}

void Agent::ensureRegistered() {
    m_registrar->ensureRegistered([this](const Result<Registrar::Outcome> &outcome) {
        if (!outcome)
            return registrationFailed(outcome.error());
        log(*outcome == Registrar::Outcome::Registered
                ? "[registry] registered " + m_entityId
                : "[registry] already registered: " + m_entityId);
        m_health.registration = AgentHealth::Registration::Registered;
        m_missingSince.reset();
        m_retryBackoff.reset();
        m_refusedBackoff.reset();
        tellHealth();
        m_lookTimer.repeat(kLookPeriods * m_options.period);
        m_heartbeat->start();
    });
}

void Agent::registrationFailed(const Error &error) {
    const bool refused = error.kind == ErrorKind::Refused;
    const Nanoseconds wait = refused ? m_refusedBackoff.next() : m_retryBackoff.next();
    if (refused)
        m_health.registration = AgentHealth::Registration::Refused;
    tellHealth();
    log("[registry] " + error.message + " — tried again in " + seconds(wait) + "s");
    m_registrationRetry.start(wait);
}

void Agent::look() {
    m_record.ask([this](const Result<OwnRecord::Answer> &answer) {
        if (answer) {
            m_lookError.clear();
            return looked(*answer);
        }
        if (std::exchange(m_lookError, answer.error().message) != answer.error().message)
            log("[registry] its own record cannot be read: " + answer.error().message);
    });
}

void Agent::looked(const OwnRecord::Answer &answer) {
    noteClock(answer);
    if (answer.standing != OwnRecord::Standing::Registered)
        return foundNoRecord(answer.standing);
    m_missingSince.reset();
    const bool counted = m_ledger.counts();
    m_ledger.recordRead(answer, m_environment.clock.utc(), m_environment.clock.mono());
    if (counted && !m_ledger.counts())
        log("[heartbeat] the registry answers, but counts no beat: its record shows none since " +
            seconds(kLookSoonPeriods * m_options.period) + "s or more");
    if (std::exchange(m_health.registration, AgentHealth::Registration::Registered) ==
        AgentHealth::Registration::Deregistered) {
        log("[registry] it has a record again: beating");
        m_heartbeat->start();
    }
    tellHealth();
}

void Agent::foundNoRecord(OwnRecord::Standing standing) {
    const MonoTime now = m_environment.clock.mono();
    const Nanoseconds apart = kMissingUnits * m_options.backoffUnit;
    m_missingSince = m_missingSince.value_or(now);
    if (now - *m_missingSince < apart) {
        m_lookSoon.start(*m_missingSince + apart - now);
        return;
    }
    if (m_options.registerAgain) {
        if (!m_registrationRetry.isActive()) // one that was refused has its own pace
            ensureRegistered();
        return;
    }
    if (std::exchange(m_health.registration, AgentHealth::Registration::Deregistered) ==
        AgentHealth::Registration::Deregistered)
        return;
    log(std::string("[registry] deregistered: the registry ") +
        (standing == OwnRecord::Standing::Tombstoned ? "says so" : "has no record of it any more") +
        " — it beats no more; start it anew to register it again, or give --register");
    m_heartbeat->stop();
    tellHealth();
}

void Agent::noteClock(const OwnRecord::Answer &answer) {
    const bool off = answer.clockOffset && std::chrono::abs(*answer.clockOffset) > kClockWarning;
    if (off && !m_health.clockOffset)
        log("[heartbeat] this machine's clock is " +
            seconds(std::chrono::abs(*answer.clockOffset)) + "s " +
            (*answer.clockOffset > 0s ? "behind" : "ahead of") +
            " the registry's, which drops beats that are more than 60s off: set it");
    if (answer.clockOffset)
        m_health.clockOffset = off ? answer.clockOffset : std::nullopt;
}

void Agent::tellHealth() {
    m_health.lastCounted = m_ledger.lastCounted();
    m_health.uncounted = !m_ledger.counts();
    m_service.set(m_health);
}

} // namespace heartline::agent
