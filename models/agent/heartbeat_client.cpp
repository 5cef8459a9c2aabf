// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/heartbeat_client.h"

#include "protocol/display_text.h"
#include "protocol/json.h"
#include "protocol/registry_url.h"

namespace heartline::agent {

namespace {
constexpr std::size_t kLongestMessage = 64 * 1024;

template <typename Hook, typename... Values>
void tell(const Hook &hook, Values &&...values) {
    if (hook)
        hook(std::forward<Values>(values)...);
}
} // namespace

std::uint64_t seedOf(const Environment &environment, const std::string &entityId) {
    return environment.seed ^ std::hash<std::string>{}(entityId);
}

HeartbeatClient::HeartbeatClient(Options options, identity::SecretKey key,
                                 const Environment &environment, Hooks hooks)
    : m_options(std::move(options)), m_key(std::move(key)), m_environment(environment),
      m_hooks(std::move(hooks)),
      m_backoff(seedOf(environment, m_options.entityId), m_options.backoffUnit),
      m_beatTimer(environment.scheduler, [this] { beat(); }),
      m_pongTimer(environment.scheduler,
                  [this] { lost({"no answer to a ping: the link is half-open"}); }),
      m_retryTimer(environment.scheduler, [this] { open(); }) {}

void HeartbeatClient::start() {
    if (m_running)
        return;
    m_running = true;
    m_backoff.reset();
    open();
}

void HeartbeatClient::stop() {
    m_running = false;
    m_retryTimer.stop();
    dropStream();
}

void HeartbeatClient::reconnectNow() {
    stop();
    start();
}

void HeartbeatClient::dropStream() {
    m_beatTimer.stop();
    m_pongTimer.stop();
    m_stream.reset();
}

std::string HeartbeatClient::path() const {
    return m_options.dialect == protocol::Dialect::Deployed
               ? "/v1/entities/" + m_options.entityId + "/ws"
               : std::string("/v1/heartbeat");
}

void HeartbeatClient::open() {
    dropStream();
    StreamRequest request;
    request.url = protocol::webSocketUrl(m_options.registry, path());
    request.maxMessage = kLongestMessage;
    StreamEvents events;
    events.connected = [this] { opened(); };
    events.message = [this](std::string_view text) { messageCame(text); };
    events.part = [](std::size_t) {};
    events.binary = [] {};
    events.pong = [this] { pongCame(); };
    events.lost = [this](const StreamLoss &loss) { lost(loss); };
    m_stream = m_environment.transport.open(request, std::move(events));
    // A server that takes the connection and says nothing would hold it open for ever.
    m_pongTimer.start(m_options.period / 2);
}

void HeartbeatClient::opened() {
    tell(m_hooks.connected);
    m_beatTimer.repeat(m_options.period);
    beat();
}

void HeartbeatClient::beat() {
    const UtcTime now = m_environment.clock.utc();
    m_stream->send(protocol::makeHeartbeat(m_options.dialect, m_options.entityId, m_key, now));
    m_stream->ping();
    m_pongTimer.start(m_options.period / 2);
    m_lastSent = now;
    m_rejected = false;
    tell(m_hooks.sent);
}

void HeartbeatClient::pongCame() {
    if (!m_pongTimer.isActive() || !m_lastSent)
        return; // one that nobody asked for
    m_pongTimer.stop();
    if (m_rejected)
        return;
    m_backoff.reset();
    tell(m_hooks.cameThrough, *m_lastSent);
}

void HeartbeatClient::messageCame(std::string_view text) {
    const auto json = protocol::parseObject(text);
    if (!json)
        return;
    if (const auto error = protocol::stringMember(*json, "error")) {
        m_rejected = true;
        tell(m_hooks.rejected, protocol::displayText(*error, 100));
    }
}

std::string HeartbeatClient::reasonOf(const StreamLoss &loss) const {
    constexpr int kNotFound = 404;
    if (loss.status == kNotFound && m_options.dialect == protocol::Dialect::Documented)
        return "HTTP 404 at " + path() +
               ": this registry may speak the other dialect; try --dialect deployed";
    return loss.reason.empty() ? "the connection broke" : loss.reason;
}

void HeartbeatClient::lost(const StreamLoss &loss) {
    constexpr int kNotFound = 404;
    dropStream();
    if (!m_running)
        return;
    const Nanoseconds wait = m_backoff.next();
    m_retryTimer.start(wait);
    tell(m_hooks.lost, reasonOf(loss), wait);
    if (loss.status == kNotFound && m_options.dialect == protocol::Dialect::Deployed)
        tell(m_hooks.notRegistered);
}

} // namespace heartline::agent
