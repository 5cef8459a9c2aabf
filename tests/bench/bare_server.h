// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/public_key.h"

#include <cstdint>
#include <sys/types.h>
#include <vector>

namespace heartline::bench {

/// The least that a heartbeat server can do, in a process of its own: epoll, the upgrade's answer,
/// frames, one verification a beat. It checks nothing else and stores nothing. The number of the
/// key stands in the path: `/v1/entities/<number>/ws`.
struct BareServer {
    pid_t process = 0;
    std::uint16_t port = 0;
    /// Forks: call it before any thread is made.
    [[nodiscard]] static BareServer start(const std::vector<identity::PublicKey> &keys);
    void stop() const;
};

} // namespace heartline::bench
