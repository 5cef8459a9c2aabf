// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/activity_stream.h"

#include "http/proxy.h"
#include "http/web_socket_error.h"

#include <QTcpSocket>
#include <QUrl>
#include <QWebSocket>

namespace heartline::registry {

namespace {
/// Before a frame's payload, at the most.
constexpr qint64 kFrameHead = 14;
/// What is taken from the network at a time.
constexpr qint64 kPortion = protocol::ActivityParser::kMaxBytes + kFrameHead;
} // namespace

ActivityStream::ActivityStream(const Clock &clock, Filter filter, Sink sink, http::Trust trust,
                               QObject *parent)
    : QObject(parent), m_clock(clock), m_filter(std::move(filter)), m_sink(std::move(sink)),
      m_trust(std::move(trust)), m_lastContact(clock.mono()) {
    m_pingTimer.setInterval(kPingInterval);
    m_greetingTimer.setSingleShot(true);
    m_greetingTimer.setInterval(kGreetingTimeout);
    connect(&m_greetingTimer, &QTimer::timeout, this,
            [this] { fail(QStringLiteral("the stream does not greet")); });
    connect(&m_pingTimer, &QTimer::timeout, this, [this] {
        m_junk = 0;
        if (m_socket)
            m_socket->ping();
    });
}

ActivityStream::~ActivityStream() {
    drop();
}

void ActivityStream::drop() {
    m_pingTimer.stop();
    m_greetingTimer.stop();
    m_greeted = false;
    m_junk = 0;
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket->deleteLater();
    m_socket = nullptr;
}

void ActivityStream::open(const QString &url) {
    drop();
    m_greetingTimer.start();
    m_socket = new QWebSocket(QStringLiteral("heartline"), QWebSocketProtocol::VersionLatest, this);
    m_socket->setMaxAllowedIncomingMessageSize(kLargestFrame);
    m_socket->setMaxAllowedIncomingFrameSize(kLargestFrame);
    connect(m_socket, &QWebSocket::connected, this, [this] {
        m_lastContact = m_clock.mono();
        m_pingTimer.start();
    });
    connect(m_socket, &QWebSocket::textMessageReceived, this, &ActivityStream::receive);
    connect(m_socket, &QWebSocket::textFrameReceived, this, [this](const QString &part, bool last) {
        if (!last && part.size() < kLeastPart)
            junk();
    });
    connect(m_socket, &QWebSocket::binaryFrameReceived, this, &ActivityStream::junk);
    connect(m_socket, &QWebSocket::pong, this, [this] {
        m_lastContact = m_clock.mono();
        junk();
    });
    connect(m_socket, &QWebSocket::disconnected, this, [this] { fail(m_socket->errorString()); });
    connect(m_socket, http::webSocketError(), this, [this] {
        if (m_socket->state() != QAbstractSocket::ConnectedState)
            fail(m_socket->errorString());
    });
    const auto proxy = http::proxyFor(QUrl(url));
    if (!proxy) {
        // Told like any other failure: not before this has returned.
        const QString why = QString::fromStdString(proxy.error().message);
        QMetaObject::invokeMethod(
            m_socket, [this, why] { fail(why); }, Qt::QueuedConnection);
        return;
    }
    m_proxy = http::proxyName(*proxy);
    m_socket->setProxy(*proxy);
    if (m_trust.addsAny() && url.startsWith(QLatin1String("wss:"))) {
        if (!m_tls)
            m_tls = m_trust.configuration();
        m_socket->setSslConfiguration(*m_tls);
    }
    m_socket->open(QUrl(url));
    limitUnsent();
}

void ActivityStream::limitUnsent() {
    // QWebSocket answers pings by itself and tells nobody. Its TCP socket does: it is looked at
    // after each portion, and portions are small but for a frame that does not fit.
    auto *tcp = m_socket->findChild<QTcpSocket *>();
    if (!tcp)
        return;
    tcp->setReadBufferSize(kPortion);
    connect(tcp, &QTcpSocket::readyRead, this, [this, tcp] {
        if (m_socket && m_socket->bytesToWrite() > kMaxUnsent)
            return fail(QStringLiteral("it does not read what we send"));
        const bool waits = tcp->bytesAvailable() >= kPortion;
        tcp->setReadBufferSize(waits ? kLargestFrame + kFrameHead : kPortion);
    });
}

void ActivityStream::junk() {
    if (++m_junk > kMostJunk)
        fail(QStringLiteral("it sends what is no event"));
}

void ActivityStream::fail(const QString &reason) {
    if (!m_socket)
        return;
    QString why = reason.isEmpty() ? QStringLiteral("the registry closed the stream") : reason;
    if (!m_proxy.isEmpty() && !m_greeted)
        why += QStringLiteral(" (by the proxy %1)").arg(m_proxy);
    drop();
    Q_EMIT lost(why);
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
        Q_EMIT othersHeard(event->timestamp);
}

void ActivityStream::receive(const QString &text) {
    m_lastContact = m_clock.mono();
    const QByteArray bytes = text.toUtf8();
    const std::string_view frame(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    if (m_greeted) {
        const std::string_view id = entityIdIn(frame);
        if (id.empty() || !m_filter(id)) {
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
        Q_EMIT opened();
        return;
    }
    m_sink(*event);
}

} // namespace heartline::registry
