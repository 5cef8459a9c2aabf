// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <utility>

namespace heartline::http {

/// An accepted connection's bytes, with TLS or without. Its address stays, as TLS holds on to it.
class Connection {
public:
    using Socket = boost::asio::ip::tcp::socket;
    using executor_type = Socket::executor_type;

    /// `tls`: what it shows the client; null without. Kept while the connection lives, as newer
    /// certificates may take its place.
    Connection(Socket socket, std::shared_ptr<boost::asio::ssl::context> tls)
        : m_socket(std::move(socket)), m_context(std::move(tls)) {
        if (m_context)
            m_tls.emplace(m_socket, *m_context);
    }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;
    ~Connection() = default;

    [[nodiscard]] executor_type get_executor() { return m_socket.get_executor(); }
    [[nodiscard]] Socket &socket() { return m_socket; }
    [[nodiscard]] bool hasTls() const { return m_tls.has_value(); }

    template <typename Handler>
    void handshake(Handler &&handler) {
        m_tls->async_handshake(boost::asio::ssl::stream_base::server,
                               std::forward<Handler>(handler));
    }
    /// Tells the client that nothing follows.
    template <typename Handler>
    void shutdown(Handler &&handler) {
        m_tls->async_shutdown(std::forward<Handler>(handler));
    }

    template <typename Buffers, typename Handler>
    auto async_read_some(const Buffers &buffers, Handler &&handler) {
        return m_tls ? m_tls->async_read_some(buffers, std::forward<Handler>(handler))
                     : m_socket.async_read_some(buffers, std::forward<Handler>(handler));
    }
    template <typename Buffers, typename Handler>
    auto async_write_some(const Buffers &buffers, Handler &&handler) {
        return m_tls ? m_tls->async_write_some(buffers, std::forward<Handler>(handler))
                     : m_socket.async_write_some(buffers, std::forward<Handler>(handler));
    }

private:
    Socket m_socket;
    std::shared_ptr<boost::asio::ssl::context> m_context;
    std::optional<boost::asio::ssl::stream<Socket &>> m_tls;
};

} // namespace heartline::http
