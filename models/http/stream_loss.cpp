// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/stream_loss.h"

#include <QRegularExpression>
#include <QWebSocket>

namespace heartline::http {

namespace {

/// Of the answer to a handshake that was refused. Qt tells it in a text alone.
int statusIn(const QString &text) {
    static const QRegularExpression pattern(QStringLiteral("status code: (\\d{3})\\b"));
    return pattern.match(text).captured(1).toInt();
}

std::string wordsFor(QAbstractSocket::SocketError error, const QString &text) {
    switch (error) {
    case QAbstractSocket::ConnectionRefusedError:
        return "connection refused";
    case QAbstractSocket::HostNotFoundError:
        return "no such host";
    case QAbstractSocket::SocketTimeoutError:
        return "no connection in time";
    case QAbstractSocket::NetworkError:
    case QAbstractSocket::SocketResourceError:
        return "the network cannot be reached";
    case QAbstractSocket::RemoteHostClosedError:
        return "the other side closed the connection";
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError:
        return "TLS: " + text.toStdString();
    case QAbstractSocket::ProxyAuthenticationRequiredError:
        return "the proxy asks for a password";
    case QAbstractSocket::ProxyConnectionRefusedError:
    case QAbstractSocket::ProxyConnectionClosedError:
    case QAbstractSocket::ProxyConnectionTimeoutError:
    case QAbstractSocket::ProxyNotFoundError:
    case QAbstractSocket::ProxyProtocolError:
        return "the proxy does not let us through";
    default:
        return "the connection broke, or no WebSocket answers there";
    }
}

} // namespace

StreamLoss lossOf(const QWebSocket &socket) {
    const QString text = socket.errorString();
    if (const int status = statusIn(text); status != 0)
        return {"HTTP " + std::to_string(status) + " in place of a WebSocket", status};
    return {wordsFor(socket.error(), text), 0};
}

} // namespace heartline::http
