// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <utility>
#include <vector>

namespace heartline::http {

/// When sockets that many frames are sent to write: each frame by itself would cost a system call
/// for each socket, so what comes within one turn goes together. Listener's thread.
class WriteTurns {
public:
    static constexpr auto kTurn = std::chrono::milliseconds(100);

    explicit WriteTurns(boost::asio::io_context &io) : m_timer(io) {}

    void atNext(std::function<void()> write) {
        m_waiting.push_back(std::move(write));
        if (m_waiting.size() > 1)
            return;
        m_timer.expires_after(kTurn);
        m_timer.async_wait([this](boost::system::error_code error) {
            for (const auto &each : std::exchange(m_waiting, {}))
                if (!error)
                    each();
        });
    }
    void cancel() { m_timer.cancel(); }

private:
    boost::asio::steady_timer m_timer;
    std::vector<std::function<void()>> m_waiting;
};

} // namespace heartline::http
