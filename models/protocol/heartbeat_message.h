// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/secret_key.h"

#include "base/time.h"
#include <optional>

namespace heartline::protocol {

/// How a heartbeat looks on the wire. Sources: the deployed registry and both SDKs (watched), and
/// the network's "Heartbeat & Liveness" page.
enum class Dialect {
    Deployed,  ///< `/v1/entities/{id}/ws`, `{timestamp: RFC 3339, signature over that text}`
    Documented ///< `/v1/heartbeat`, `{type, agent_id, timestamp: unix s, signature over id +
               ///< digits}`
};

/// A heartbeat as received, its signature not yet checked.
struct HeartbeatMessage {
    Dialect dialect = Dialect::Deployed;
    /// Only the documented dialect names its agent.
    std::string agentId;
    UtcTime timestamp;
    /// The exact text that the signature is over.
    std::string signedText;
    /// Nothing when it lacks its `ed25519:` prefix or is no signature.
    std::optional<identity::Signature> signature;
};

/// Malformed JSON or members of wrong types are errors: the deployed registry closes the socket on
/// these. A time that cannot be read, or a bad signature text, is not: it drops those in silence.
/// Nothing in the optional means such a message to be dropped.
[[nodiscard]] Result<std::optional<HeartbeatMessage>> parseHeartbeat(std::string_view text,
                                                                     Dialect dialect);

/// A signed heartbeat for `now`, the agent's own clock.
[[nodiscard]] std::string makeHeartbeat(Dialect dialect, std::string_view agentId,
                                        const identity::SecretKey &key, UtcTime now);

/// A heartbeat may be this far off the registry's clock, either way.
inline constexpr auto kHeartbeatClockTolerance = std::chrono::seconds(60);

} // namespace heartline::protocol
