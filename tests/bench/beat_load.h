// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/secret_key.h"

#include <string>
#include <vector>

namespace heartline::bench {

/// Heartbeat sockets that are open at a server, beaten on in turn at a steady pace.
class BeatLoad {
public:
    /// Opens one socket a path, and waits for each upgrade. Aborts the program on failure.
    BeatLoad(std::uint16_t port, const std::vector<std::string> &paths,
             const std::vector<identity::SecretKey> &keys);
    ~BeatLoad();
    BeatLoad(const BeatLoad &) = delete;
    BeatLoad &operator=(const BeatLoad &) = delete;

    /// Sends `perSecond` signed beats for this long, each in a write of its own.
    void beat(double seconds, double perSecond);
    /// Closes the last `count` sockets without a word; the others go on.
    void kill(std::size_t count);
    [[nodiscard]] long sent() const { return m_sent; }

private:
    std::vector<int> m_sockets;
    const std::vector<identity::SecretKey> &m_keys;
    std::size_t m_next = 0;
    long m_sent = 0;
};

} // namespace heartline::bench
