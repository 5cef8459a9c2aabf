// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/transport.h"

QT_BEGIN_NAMESPACE
class QWebSocket;
QT_END_NAMESPACE

namespace heartline::http {

/// Why a connection ended or never came to be, in our own words: Qt's name its functions. Those of
/// TLS are passed on, as they say which certificate is wrong.
[[nodiscard]] StreamLoss lossOf(const QWebSocket &socket);

} // namespace heartline::http
