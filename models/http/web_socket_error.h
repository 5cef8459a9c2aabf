// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWebSocket>

namespace heartline::http {

/// The signal of a QWebSocket that tells of errors: Qt 6.5 gave it another name.
constexpr auto webSocketError() {
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return &QWebSocket::errorOccurred;
#else
    return qOverload<QAbstractSocket::SocketError>(&QWebSocket::error);
#endif
}

} // namespace heartline::http
