// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/connection.h"
#include "http/session_context.h"

namespace heartline::http {

/// Serves requests on an accepted connection until it closes or becomes a WebSocket.
void startHttpSession(SessionContext &context, std::unique_ptr<Connection> connection);

} // namespace heartline::http
