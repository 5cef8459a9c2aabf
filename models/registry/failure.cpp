// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/failure.h"

#include "protocol/registry_info.h"
#include "protocol/registry_url.h"

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
    case ErrorKind::TooLarge:
        return LinkState::NotARegistry;
    case ErrorKind::Outdated:
        return LinkState::OutOfDate;
    default:
        return LinkState::Unreachable;
    }
}

std::string statusText(const HttpReply &reply) {
    const std::string status = "HTTP " + std::to_string(reply.status);
    return reply.proxy.empty() ? status : status + " (through the proxy " + reply.proxy + ")";
}

Error refusal(const HttpReply &reply) {
    if (const auto location = reply.header("location");
        !location.empty() && reply.status / 100 == 3)
        return {ErrorKind::Protocol, statusText(reply) + ": " + protocol::redirectText(location),
                reply.status};
    return {reply.status == 429 ? ErrorKind::RateLimited : ErrorKind::Refused,
            statusText(reply) + ": " + protocol::errorText(reply.body), reply.status};
}

Error keptByCache() {
    return {ErrorKind::Outdated, "a cache in front of the registry answers with what it kept"};
}

bool saysNotFound(const HttpReply &reply) {
    return reply.status == 404 && protocol::isRegistryError(reply.body);
}

} // namespace heartline::registry
