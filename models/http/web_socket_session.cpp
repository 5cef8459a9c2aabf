// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/web_socket_session.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

namespace heartline::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using Tcp = asio::ip::tcp;
using BeastRequest = beast::http::request<beast::http::string_body>;

/// One WebSocket. Owned by its pending operations; the reading one is always pending, so the
/// session ends when that ends.
class WebSocketSession final : public Session,
                               public WebSocket,
                               public std::enable_shared_from_this<WebSocketSession> {
public:
    WebSocketSession(SessionContext &context, Tcp::socket socket,
                     std::unique_ptr<WebSocketHandler> handler)
        : m_context(context), m_registration(context, this), m_stream(std::move(socket)),
          m_handler(std::move(handler)) {}

    ~WebSocketSession() override {
        if (m_open)
            m_handler->closed();
    }

    void accept(const BeastRequest &request) {
        m_stream.read_message_max(m_context.options.maxMessageBytes);
        m_stream.auto_fragment(false);
        m_stream.write_buffer_bytes(8); // the least: nothing is fragmented or masked here
        m_stream.text(true);
        m_stream.async_accept(request, [self = shared_from_this()](beast::error_code error) {
            if (error)
                return;
            self->m_open = true;
            self->m_handler->opened(*self);
            self->read();
        });
    }

    bool send(std::shared_ptr<const std::string> text) override {
        if (m_queue.size() >= kMaxQueued || m_closing)
            return false;
        m_queue.push_back(std::move(text));
        if (m_queue.size() == 1)
            write();
        return true;
    }

    void close(std::uint16_t code) override {
        m_closeCode = code;
        m_closing = true;
        if (m_queue.empty())
            sendClose();
    }

    void abort() override { kill(); }

    void kill() override {
        beast::error_code ignored;
        if (m_writeTimer)
            m_writeTimer->cancel(ignored);
        beast::get_lowest_layer(m_stream).close(ignored);
    }

private:
    void read() {
        m_stream.async_read(
            m_buffer, [self = shared_from_this()](beast::error_code error, std::size_t) {
                if (error)
                    return self->kill();
                const auto data = self->m_buffer.cdata();
                self->m_handler->received({static_cast<const char *>(data.data()), data.size()});
                self->m_buffer.consume(self->m_buffer.size());
                if (self->m_buffer.capacity() > 1024)
                    self->m_buffer.shrink_to_fit();
                self->read();
            });
    }

    void write() {
        armWriteTimer();
        m_stream.async_write(asio::buffer(*m_queue.front()),
                             [self = shared_from_this()](beast::error_code error, std::size_t) {
                                 if (self->m_writeTimer)
                                     self->m_writeTimer->cancel();
                                 if (error)
                                     return self->kill();
                                 self->m_queue.pop_front();
                                 if (!self->m_queue.empty())
                                     self->write();
                                 else if (self->m_closing)
                                     self->sendClose();
                             });
    }

    void sendClose() {
        armWriteTimer();
        m_stream.async_close(websocket::close_reason(m_closeCode),
                             [self = shared_from_this()](beast::error_code) { self->kill(); });
    }

    void armWriteTimer() {
        if (!m_writeTimer) // made only where the server writes: heartbeat sockets go without
            m_writeTimer.emplace(m_stream.get_executor());
        m_writeTimer->expires_after(m_context.options.writeTimeout);
        m_writeTimer->async_wait([weak = weak_from_this()](beast::error_code error) {
            if (const auto self = weak.lock(); self && !error)
                self->kill();
        });
    }

    SessionContext &m_context;
    SessionRegistration m_registration;
    websocket::stream<Tcp::socket, false> m_stream; // false: no permessage-deflate, as deployed
    std::unique_ptr<WebSocketHandler> m_handler;
    beast::flat_buffer m_buffer;
    std::deque<std::shared_ptr<const std::string>> m_queue;
    std::optional<asio::steady_timer> m_writeTimer;
    std::uint16_t m_closeCode = 1000;
    bool m_open = false;
    bool m_closing = false;
};

} // namespace

void startWebSocketSession(SessionContext &context, Tcp::socket socket, const BeastRequest &request,
                           std::unique_ptr<WebSocketHandler> handler) {
    std::make_shared<WebSocketSession>(context, std::move(socket), std::move(handler))
        ->accept(request);
}

} // namespace heartline::http
