// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/connection.h"
#include "http/session_context.h"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace heartline::http {

/// Takes over a connection whose upgrade request has been read, and answers it.
void startWebSocketSession(
    SessionContext &context, std::unique_ptr<Connection> connection,
    const boost::beast::http::request<boost::beast::http::string_body> &request,
    std::unique_ptr<WebSocketHandler> handler);

} // namespace heartline::http
