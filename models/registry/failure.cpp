// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/failure.h"

#include "protocol/registry_info.h"

namespace heartline::registry {

using liveness::LinkState;

LinkState linkStateOf(const Error &error) {
    if (error.httpStatus != 0)
        return LinkState::Refusing;
    switch (error.kind) {
    case ErrorKind::Tls:
        return LinkState::TlsFailure;
    case ErrorKind::Timeout:
        return LinkState::Silent;
    case ErrorKind::Protocol:
        return LinkState::NotARegistry;
    default:
        return LinkState::Unreachable;
    }
}

Error refusal(const http::RestReply &reply) {
    return {reply.status == 429 ? ErrorKind::RateLimited : ErrorKind::Refused,
            "HTTP " + std::to_string(reply.status) + ": " + protocol::errorText(reply.body),
            reply.status};
}

bool saysNotFound(const http::RestReply &reply) {
    return reply.status == 404 && protocol::isRegistryError(reply.body);
}

} // namespace heartline::registry
