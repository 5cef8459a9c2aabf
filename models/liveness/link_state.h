// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace heartline::liveness {

/// Our link to one registry: a fact apart from the agents'.
enum class LinkState {
    Connecting,    ///< first try, nothing known yet
    Connected,     ///< stream open, frames or pongs within the budget
    PollingOnly,   ///< no stream, but records can be read
    Silent,        ///< connected, yet no frame, pong or answer within the budget
    Unreachable,   ///< no connection: name, route, port
    Refusing,      ///< it answers with errors
    TlsFailure,    ///< its certificate or handshake is not accepted
    NotARegistry,  ///< something else answers at this address
    OutOfDate,     ///< its records are older than its stream: a cache or a replica answers
    Forgetful,     ///< it no longer knows most of our agents: wiped, or restored from long ago
    OtherRegistry, ///< a registry with another id answers at its address
};

/// We can learn the truth about its agents.
[[nodiscard]] bool isSighted(LinkState state);
[[nodiscard]] std::string_view linkWord(LinkState state);

} // namespace heartline::liveness
