// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>

namespace heartline::node {

struct NodeOptions {
    /// Numeric address and port to listen on; port 0 takes a free one.
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    /// Folder for the database and the node's own key; empty keeps all in memory.
    std::string dataDir;
    std::string name = "heartline";
    /// An agent silent for this long is made inactive by the next sweep …
    Nanoseconds inactiveAfter = 300s;
    /// … which runs this often. A heartbeat socket silent for both together is closed.
    Nanoseconds sweepInterval = 60s;
};

} // namespace heartline::node
