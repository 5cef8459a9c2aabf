// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/http_exchange.h"
#include "liveness/link_state.h"

namespace heartline::registry {

/// What a request that failed like this makes of its registry, if nothing else answers either.
[[nodiscard]] liveness::LinkState linkStateOf(const Error &error);

/// "HTTP 502", and the proxy that may have said so itself.
[[nodiscard]] std::string statusText(const HttpReply &reply);

/// An answer of another status than 200, as an error.
[[nodiscard]] Error refusal(const HttpReply &reply);

/// An answer that a cache gave (CacheMarks), as an error.
[[nodiscard]] Error keptByCache();

/// The registry's own word that there is no such thing. A proxy's 404 says nothing of the kind.
[[nodiscard]] bool saysNotFound(const HttpReply &reply);

} // namespace heartline::registry
