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
    /// What one address may ask for in a minute, as on deployed registries; 0: any number.
    int searchesPerMinute = 100;
    int registrationsPerMinute = 10;
    /// `inactive` from the registration to the first beat, as the network's pages say; deployed
    /// registries say `active` at once.
    bool documentedStates = false;
    /// Cards are fetched from addresses of this machine and of private networks, too.
    bool fetchPrivate = false;
    /// PEM files of a certificate chain and its key; empty: no TLS.
    std::string tlsCertificate;
    std::string tlsKey;
};

} // namespace heartline::node
