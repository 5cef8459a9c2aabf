// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "http/rest_client.h"
#include "liveness/link_state.h"

namespace heartline::registry {

/// What a request that failed like this makes of its registry, if nothing else answers either.
[[nodiscard]] liveness::LinkState linkStateOf(const Error &error);

/// "HTTP 502", and the proxy that may have said so itself.
[[nodiscard]] std::string statusText(const http::RestReply &reply);

/// An answer of another status than 200, as an error.
[[nodiscard]] Error refusal(const http::RestReply &reply);

/// An answer that a cache gave (CacheMarks), as an error.
[[nodiscard]] Error keptByCache();

/// The registry's own word that there is no such thing. A proxy's 404 says nothing of the kind.
[[nodiscard]] bool saysNotFound(const http::RestReply &reply);

} // namespace heartline::registry
