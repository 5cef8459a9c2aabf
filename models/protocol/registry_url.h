// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string_view>

namespace heartline::protocol {

/// Where the network's own tools go when nothing else is set.
inline constexpr std::string_view kDefaultRegistry = "https://zns01.zynd.ai";

/// `http(s)://host[:port]`, nothing after it: one form for each registry. Capitals, a port that
/// goes without saying and a slash at the end are taken away (with that the TypeScript SDK never
/// connects); a missing scheme, a path, a query or a user name is an error that says so. Errors
/// hold no password.
[[nodiscard]] Result<std::string> normalizeRegistryUrl(std::string_view text);

/// What a `Location` header says, for people: redirects are told and never followed.
[[nodiscard]] std::string redirectText(std::string_view location);

/// The WebSocket address of a path at a normalised registry: `ws(s)://host[:port]/path`.
[[nodiscard]] std::string webSocketUrl(std::string_view registry, std::string_view path);

/// A path's segment with everything but letters, digits and `-._~:` percent-encoded.
[[nodiscard]] std::string pathSegment(std::string_view text);

/// Host and port, for people.
[[nodiscard]] std::string registryHost(std::string_view registry);

} // namespace heartline::protocol
