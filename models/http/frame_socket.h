// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/connection.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <functional>
#include <string_view>
#include <vector>

namespace heartline::http {

/// The layer below a Beast WebSocket stream on which whole frames are written past it, as many at
/// once as there are. Beast writes the upgrade's answer and control frames, which are small; here
/// no write begins while another has bytes left, so that frames never mix.
class FrameSocket {
public:
    using executor_type = Connection::executor_type;
    using next_layer_type = Connection;

    explicit FrameSocket(std::unique_ptr<Connection> connection)
        : m_connection(std::move(connection)) {}

    [[nodiscard]] executor_type get_executor() { return m_connection->get_executor(); }
    [[nodiscard]] Connection &connection() { return *m_connection; }

    template <typename Buffers, typename Handler>
    auto async_read_some(const Buffers &buffers, Handler &&handler) {
        return m_connection->async_read_some(buffers, std::forward<Handler>(handler));
    }

    /// Beast's own. All of it is written, although the name says some.
    template <typename Buffers, typename Token>
    auto async_write_some(const Buffers &buffers, Token &&token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this](auto handler, const Buffers &bytes) {
                const auto done = std::make_shared<decltype(handler)>(std::move(handler));
                this->write(bytes, [done](boost::system::error_code error, std::size_t count) {
                    (*done)(error, count);
                });
            },
            token, buffers);
    }

    /// Whole frames. `bytes` must live until `done` is called.
    template <typename Done>
    void writeFrames(std::string_view bytes, Done done) {
        write(boost::asio::buffer(bytes.data(), bytes.size()), std::move(done));
    }

private:
    template <typename Buffers, typename Done>
    void write(Buffers bytes, Done done) {
        auto start = [this, bytes, done = std::move(done)] {
            boost::asio::async_write(
                *m_connection, bytes,
                [this, done](boost::system::error_code error, std::size_t count) {
                    writeNext();
                    done(error, count);
                });
        };
        if (m_writing)
            return m_waiting.push_back(std::move(start));
        m_writing = true;
        start();
    }

    void writeNext() {
        m_writing = !m_waiting.empty();
        if (!m_writing)
            return;
        const auto start = std::move(m_waiting.front());
        m_waiting.erase(m_waiting.begin());
        start();
    }

    std::unique_ptr<Connection> m_connection;
    std::vector<std::function<void()>> m_waiting;
    bool m_writing = false;
};

/// Beast asks for these at the end of a closing handshake.
template <typename Handler>
void async_teardown(boost::beast::role_type role, FrameSocket &socket, Handler &&handler) {
    boost::beast::websocket::async_teardown(role, socket.connection().socket(),
                                            std::forward<Handler>(handler));
}
inline void beast_close_socket(FrameSocket &socket) {
    boost::system::error_code ignored;
    socket.connection().socket().close(ignored);
}
inline void teardown(boost::beast::role_type role, FrameSocket &socket,
                     boost::system::error_code &error) {
    boost::beast::websocket::teardown(role, socket.connection().socket(), error);
}

} // namespace heartline::http
