// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/session_context.h"

#include <utility>

#include <boost/asio/ip/tcp.hpp>

namespace heartline::http {

/// Serves requests on an accepted socket until it closes or becomes a WebSocket.
void startHttpSession(SessionContext &context, boost::asio::ip::tcp::socket socket);

} // namespace heartline::http
