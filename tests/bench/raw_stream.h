// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace heartline::bench {

/// Subscribers of a node's activity stream that only look for a word in what the first one gets;
/// in a thread of their own. Ends the program where one is refused.
class RawStream {
public:
    RawStream(std::uint16_t port, std::string word, int count = 1);
    ~RawStream();
    RawStream(const RawStream &) = delete;
    RawStream &operator=(const RawStream &) = delete;

    /// How often it came.
    [[nodiscard]] long found() const { return m_found; }

private:
    void run();
    const std::string m_word;
    std::vector<int> m_sockets;
    std::atomic<long> m_found = 0;
    std::atomic<bool> m_stopping = false;
    std::thread m_thread;
};

} // namespace heartline::bench
