// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/qt_stream.h"

#include "http/proxy.h"
#include "http/stream_loss.h"
#include "http/web_socket_error.h"

#include <QSslConfiguration>
#include <QTcpSocket>
#include <QUrl>

namespace heartline::http {

namespace {
/// Before a frame's payload, at the most.
constexpr qint64 kFrameHead = 14;
/// What is taken from the network at a time.
constexpr qint64 kPortion = qint64{64} * 1024 + kFrameHead;
} // namespace

QtStream::QtStream(const StreamRequest &request, StreamEvents events, const QSslConfiguration *tls)
    : m_request(request), m_events(std::make_shared<const StreamEvents>(std::move(events))),
      m_socket(
          new QWebSocket(QStringLiteral("heartline"), QWebSocketProtocol::VersionLatest, this)) {
    m_socket->setMaxAllowedIncomingMessageSize(m_request.maxMessage);
    m_socket->setMaxAllowedIncomingFrameSize(m_request.maxMessage);
    listen();
    const QUrl url(QString::fromStdString(m_request.url));
    const auto way = proxyFor(url);
    if (!way) {
        // Told like any other failure: not before this has returned.
        QMetaObject::invokeMethod(
            m_socket, [this, why = way.error().message] { lose({why}); }, Qt::QueuedConnection);
        return;
    }
    m_proxy = proxyName(*way).toStdString();
    m_socket->setProxy(*way);
    if (tls && url.scheme() == QLatin1String("wss"))
        m_socket->setSslConfiguration(*tls);
    m_socket->open(url);
    limitUnsent(static_cast<qint64>(m_request.maxUnsent));
}

QtStream::~QtStream() {
    m_socket->disconnect(this);
    m_socket->abort();
    // Perhaps in the midst of its own signal.
    m_socket->setParent(nullptr);
    m_socket->deleteLater();
}

void QtStream::ping() {
    m_socket->ping();
}

void QtStream::send(std::string_view text) {
    m_socket->sendTextMessage(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
}

void QtStream::listen() {
    connect(m_socket, &QWebSocket::connected, this, [events = m_events] { events->connected(); });
    connect(m_socket, &QWebSocket::textMessageReceived, this,
            [events = m_events](const QString &text) {
                const QByteArray bytes = text.toUtf8();
                events->message({bytes.constData(), static_cast<std::size_t>(bytes.size())});
            });
    connect(m_socket, &QWebSocket::textFrameReceived, this,
            [events = m_events](const QString &part, bool last) {
                if (!last)
                    events->part(static_cast<std::size_t>(part.size()));
            });
    connect(m_socket, &QWebSocket::binaryFrameReceived, this,
            [events = m_events] { events->binary(); });
    connect(m_socket, &QWebSocket::pong, this, [events = m_events] { events->pong(); });
    connect(m_socket, &QWebSocket::disconnected, this, [this] { lose(lossOf(*m_socket)); });
    connect(m_socket, webSocketError(), this, [this] {
        if (m_socket->state() != QAbstractSocket::ConnectedState)
            lose(lossOf(*m_socket));
    });
}

void QtStream::limitUnsent(qint64 most) {
    // QWebSocket answers pings by itself and tells nobody. Its TCP socket does: it is looked at
    // after each portion, and portions are small but for a frame that does not fit.
    auto *tcp = m_socket->findChild<QTcpSocket *>();
    if (!tcp)
        return;
    tcp->setReadBufferSize(kPortion);
    connect(tcp, &QTcpSocket::readyRead, this, [this, tcp, most] {
        if (m_socket->bytesToWrite() > most)
            return lose({"it does not read what we send"});
        const bool waits = tcp->bytesAvailable() >= kPortion;
        tcp->setReadBufferSize(waits ? static_cast<qint64>(m_request.maxMessage) + kFrameHead
                                     : kPortion);
    });
}

void QtStream::lose(const StreamLoss &loss) {
    // Nothing comes after it: neither from the socket, nor from its TCP socket below.
    m_socket->disconnect(this);
    if (auto *tcp = m_socket->findChild<QTcpSocket *>())
        tcp->disconnect(this);
    const auto events = m_events;
    events->lost(loss);
}

} // namespace heartline::http
