// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/web_socket_session.h"

#include "http/frame_socket.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace heartline::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using BeastRequest = beast::http::request<beast::http::string_body>;
using SteadyClock = std::chrono::steady_clock;

/// One WebSocket: Beast reads, and answers pings; what it sends goes past Beast, gathered. Owned by
/// its pending operations; the reading one is always pending, so the session ends when that ends.
class WebSocketSession final : public Session,
                               public WebSocket,
                               public FrameLog::Reader,
                               public std::enable_shared_from_this<WebSocketSession> {
public:
    WebSocketSession(SessionContext &context, std::unique_ptr<Connection> connection,
                     std::unique_ptr<WebSocketHandler> handler)
        : m_context(context), m_registration(context, this), m_stream(std::move(connection)),
          m_handler(std::move(handler)) {}

    ~WebSocketSession() override {
        if (m_log)
            m_log->remove(*this);
        if (m_open)
            m_handler->closed();
    }

    void accept(const BeastRequest &request) {
        m_stream.read_message_max(m_context.options.maxMessageBytes);
        m_stream.write_buffer_bytes(8); // the least: nothing is fragmented or masked here
        m_stream.async_accept(request, [self = shared_from_this()](beast::error_code error) {
            if (error)
                return;
            self->m_open = true;
            self->m_handler->opened(*self);
            self->read();
        });
    }

    bool send(std::string_view text) override {
        if (m_own.size() + text.size() > kMaxQueued || m_closing)
            return false;
        m_own.append(FrameLog::head(text.size())).append(text);
        write();
        return true;
    }

    void follow(FrameLog &log) override {
        m_log = &log;
        m_place = log.end();
        log.add(*this);
    }

    void appended() override {
        if (m_writing || m_waits || m_closing)
            return;
        if (SteadyClock::now() - m_wroteAt >= WriteTurns::kTurn)
            return write();
        waitForTurn();
    }

    void close(std::uint16_t code) override {
        m_closeCode = code;
        m_closing = true;
        if (!m_writing)
            sendClose();
    }

    void abort() override { kill(); }

    void kill() override {
        beast::error_code ignored;
        if (m_writeTimer)
            m_writeTimer->cancel(ignored);
        socket().close(ignored);
    }

private:
    [[nodiscard]] Connection::Socket &socket() {
        return m_stream.next_layer().connection().socket();
    }

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

    void waitForTurn() {
        m_waits = true;
        m_context.turns.atNext([weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->m_waits = false;
                self->write();
            }
        });
    }

    /// Its own frames first, then what others are sent as well.
    void write() {
        if (m_writing)
            return;
        if (!m_own.empty()) {
            m_slice = {std::make_shared<const std::string>(std::exchange(m_own, {})), {}};
            m_slice.bytes = *m_slice.chunk;
        } else if (m_log && !m_closing) {
            m_slice = m_log->next(m_place);
        }
        if (m_slice.bytes.empty())
            return;
        m_writing = true;
        m_wroteAt = SteadyClock::now();
        armWriteTimer();
        m_stream.next_layer().writeFrames(
            m_slice.bytes, [self = shared_from_this()](beast::error_code error, std::size_t) {
                self->wrote(error);
            });
    }

    void wrote(beast::error_code error) {
        m_writing = false;
        m_slice = {};
        if (error)
            return kill();
        if (m_closing && m_own.empty())
            return sendClose();
        // Who keeps up waits for its turn; who does not, writes on.
        if (m_own.empty() && m_log && m_log->behind(m_place) == FrameLog::Behind::Little) {
            if (!m_waits)
                waitForTurn();
            return;
        }
        write();
    }

    void sendClose() {
        m_writing = true; // nothing follows it
        m_wroteAt = SteadyClock::now();
        armWriteTimer();
        m_stream.async_close(websocket::close_reason(m_closeCode),
                             [self = shared_from_this()](beast::error_code) { self->kill(); });
    }

    /// One wait for many writes: it looks whether the last one is stuck.
    void armWriteTimer() {
        if (m_timed)
            return;
        if (!m_writeTimer) // made only where the server writes: heartbeat sockets go without
            m_writeTimer.emplace(m_stream.get_executor());
        m_timed = true;
        m_writeTimer->expires_at(m_wroteAt + m_context.options.writeTimeout);
        m_writeTimer->async_wait([weak = weak_from_this()](beast::error_code error) {
            const auto self = weak.lock();
            if (!self || error)
                return;
            self->m_timed = false;
            if (!self->m_writing)
                return;
            if (SteadyClock::now() - self->m_wroteAt >= self->m_context.options.writeTimeout)
                self->kill();
            else
                self->armWriteTimer();
        });
    }

    SessionContext &m_context;
    SessionRegistration m_registration;
    websocket::stream<FrameSocket, false> m_stream; // false: no permessage-deflate, as deployed
    std::unique_ptr<WebSocketHandler> m_handler;
    beast::flat_buffer m_buffer;
    std::string m_own; ///< frames that wait
    FrameLog *m_log = nullptr;
    FrameLog::Place m_place;
    FrameLog::Slice m_slice; ///< what is being written
    SteadyClock::time_point m_wroteAt;
    std::optional<asio::steady_timer> m_writeTimer;
    std::uint16_t m_closeCode = 1000;
    bool m_open = false;
    bool m_writing = false;
    bool m_waits = false; ///< for its turn
    bool m_timed = false;
    bool m_closing = false;
};

} // namespace

void startWebSocketSession(SessionContext &context, std::unique_ptr<Connection> connection,
                           const BeastRequest &request, std::unique_ptr<WebSocketHandler> handler) {
    std::make_shared<WebSocketSession>(context, std::move(connection), std::move(handler))
        ->accept(request);
}

} // namespace heartline::http
