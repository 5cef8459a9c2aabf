// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/heartbeat_client.h"

#include "http/proxy.h"
#include "http/trust.h"
#include "http/web_socket_error.h"
#include "protocol/display_text.h"
#include "protocol/json.h"
#include "protocol/registry_url.h"

#include <QRandomGenerator>
#include <QSslConfiguration>
#include <QUrl>
#include <QWebSocket>

namespace heartline::agent {

namespace {
std::chrono::milliseconds toMs(Nanoseconds d) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(d);
}
} // namespace

HeartbeatClient::HeartbeatClient(Options options, identity::SecretKey key, const Clock &clock,
                                 QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_key(std::move(key)), m_clock(clock),
      m_backoff(QRandomGenerator::global()->generate(), m_options.backoffUnit) {
    m_beatTimer.setInterval(toMs(m_options.period));
    m_beatTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_beatTimer, &QTimer::timeout, this, &HeartbeatClient::beat);
    m_pongTimer.setSingleShot(true);
    m_pongTimer.setInterval(toMs(m_options.period / 2));
    connect(&m_pongTimer, &QTimer::timeout, this,
            [this] { lost(QStringLiteral("no answer to a ping: the link is half-open")); });
    m_retryTimer.setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &HeartbeatClient::open);
}

HeartbeatClient::~HeartbeatClient() {
    dropSocket();
}

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
    dropSocket();
}

void HeartbeatClient::reconnectNow() {
    stop();
    start();
}

void HeartbeatClient::dropSocket() {
    m_beatTimer.stop();
    m_pongTimer.stop();
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket->deleteLater();
    m_socket = nullptr;
}

void HeartbeatClient::open() {
    dropSocket();
    m_socket = new QWebSocket(QStringLiteral("heartline"), QWebSocketProtocol::VersionLatest, this);
    m_socket->setMaxAllowedIncomingMessageSize(64 * 1024);
    connect(m_socket, &QWebSocket::connected, this, [this] {
        Q_EMIT connected();
        m_beatTimer.start();
        beat();
    });
    connect(m_socket, &QWebSocket::disconnected, this, [this] {
        lost(m_socket->errorString().isEmpty()
                 ? QStringLiteral("the registry closed the connection")
                 : m_socket->errorString());
    });
    connect(m_socket, http::webSocketError(), this, [this] {
        // After a handshake that failed there is no disconnected().
        if (m_socket->state() != QAbstractSocket::ConnectedState)
            lost(m_socket->errorString());
    });
    connect(m_socket, &QWebSocket::pong, &m_pongTimer, &QTimer::stop);
    connect(m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        if (const auto json = protocol::parseObject(text.toStdString()))
            if (const auto error = protocol::stringMember(*json, "error"))
                Q_EMIT rejected(QString::fromStdString(protocol::displayText(*error, 100)));
    });
    const std::string path = m_options.dialect == protocol::Dialect::Deployed
                                 ? "/v1/entities/" + m_options.entityId + "/ws"
                                 : std::string("/v1/heartbeat");
    const QUrl url(QString::fromStdString(protocol::webSocketUrl(m_options.registry, path)));
    const auto proxy = http::proxyFor(url);
    if (!proxy) {
        const QString why = QString::fromStdString(proxy.error().message);
        QMetaObject::invokeMethod(
            m_socket, [this, why] { lost(why); }, Qt::QueuedConnection);
        return;
    }
    m_socket->setProxy(*proxy);
    if (const auto trust = http::Trust::fromEnvironment();
        trust.addsAny() && m_options.registry.starts_with("https:"))
        m_socket->setSslConfiguration(trust.configuration());
    m_socket->open(url);
    // A server that takes the connection and says nothing would hold it open for ever.
    m_pongTimer.start();
}

void HeartbeatClient::beat() {
    const std::string message =
        protocol::makeHeartbeat(m_options.dialect, m_options.entityId, m_key, m_clock.utc());
    m_socket->sendTextMessage(QString::fromStdString(message));
    m_socket->ping();
    m_pongTimer.start();
    m_lastHeartbeat = m_clock.utc();
    m_backoff.reset();
    Q_EMIT heartbeatSent();
}

void HeartbeatClient::lost(const QString &reason) {
    if (!m_socket)
        return;
    const bool unknown = reason.contains(QLatin1String("404"));
    dropSocket();
    if (!m_running)
        return;
    const Nanoseconds wait = m_backoff.next();
    m_retryTimer.start(toMs(wait));
    Q_EMIT disconnected(reason, toSeconds(wait));
    if (unknown)
        Q_EMIT notRegistered();
}

} // namespace heartline::agent
