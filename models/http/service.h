// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/request.h"
#include "http/web_socket.h"

#include <functional>
#include <variant>

namespace heartline::http {

/// What answers behind a Listener. All calls come from the listener's thread and must not block.
class Service {
public:
    Service() = default;
    Service(const Service &) = delete;
    Service &operator=(const Service &) = delete;
    virtual ~Service() = default;

    [[nodiscard]] virtual Response handle(const Request &request) = 0;

    /// Takes the answer, once, in the listener's thread; does nothing when the connection is gone.
    using Responder = std::function<void(Response)>;
    /// For services whose answers may have to wait: calls `respond` now, or keeps it for later. The
    /// connection waits for it without a time limit of its own.
    virtual void serve(const Request &request, const Responder &respond) {
        respond(handle(request));
    }

    /// A request that asks for a WebSocket: a handler to go on with, or a plain answer.
    using Upgrade = std::variant<Response, std::unique_ptr<WebSocketHandler>>;
    [[nodiscard]] virtual Upgrade upgrade(const Request &request) = 0;

    /// The answer for what the listener itself refuses (bad request, too large).
    [[nodiscard]] virtual Response refusal(int status, std::string_view reason) = 0;
};

} // namespace heartline::http
