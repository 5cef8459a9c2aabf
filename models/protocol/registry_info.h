// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/json.h"

namespace heartline::protocol {

/// `GET /v1/info`: what tells a registry from another server.
struct RegistryInfo {
    std::string registryId;
    std::string name;
    std::string onboardingMode;
};
[[nodiscard]] Result<RegistryInfo> parseRegistryInfo(std::string_view text);

/// `GET /v1/network/status`.
struct NetworkStatus {
    std::string registryId;
    std::string name;
    std::string version;
    /// Go's duration text, "14m59.381473319s".
    std::string uptime;
    std::int64_t peerCount = 0;
    std::int64_t localAgents = 0;
};
[[nodiscard]] Result<NetworkStatus> parseNetworkStatus(std::string_view text);

/// Go's duration text ("1h2m3.5s", "250ms"); nothing where it is none, or is longer than 100 years.
[[nodiscard]] std::optional<Nanoseconds> parseGoDuration(std::string_view text);

/// `GET /v1/network/peers`.
struct Peer {
    std::string registryId;
    std::string name;
    std::string address;
    std::string publicKey;
    std::optional<UtcTime> lastSeen;
};
[[nodiscard]] Result<std::vector<Peer>> parsePeers(std::string_view text);

/// `{"error": "…"}`: a registry's own word, which a proxy in front of it does not say.
[[nodiscard]] bool isRegistryError(std::string_view body);

/// The text of `{"error": "…"}`, cleaned for display, or the plain text that registries answer to
/// unknown paths and wrong methods; at most 200 characters, one line.
[[nodiscard]] std::string errorText(std::string_view body);

} // namespace heartline::protocol
