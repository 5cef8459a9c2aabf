// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http_session.h"

#include "base/http_date.h"
#include "http/web_socket_session.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <chrono>

namespace heartline::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using BeastRequest = beast::http::request<beast::http::string_body>;
using BeastResponse = beast::http::response<beast::http::string_body>;

std::string text(beast::string_view view) {
    return {view.data(), view.size()};
}

class HttpSession final : public Session, public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(SessionContext &context, std::unique_ptr<Connection> connection)
        : m_context(context), m_registration(context, this), m_connection(std::move(connection)),
          m_timer(m_connection->get_executor()) {}

    void start() {
        if (!m_connection->hasTls())
            return read();
        armTimer();
        m_connection->handshake([self = shared_from_this()](beast::error_code error) {
            if (error)
                return self->kill();
            self->read();
        });
    }

    void read() {
        m_parser.emplace();
        m_parser->body_limit(m_context.options.maxBodyBytes);
        m_parser->header_limit(static_cast<std::uint32_t>(m_context.options.maxHeaderBytes));
        armTimer();
        beast::http::async_read(*m_connection, m_buffer, *m_parser,
                                [self = shared_from_this()](beast::error_code error, std::size_t) {
                                    self->readDone(error);
                                });
    }

    void kill() override {
        beast::error_code ignored;
        m_timer.cancel(ignored);
        if (m_connection) // a WebSocket may have it
            m_connection->socket().close(ignored);
        m_more = nullptr;
        m_answering.reset(); // last: it may be all that keeps this alive
    }

private:
    void armTimer() { armTimer(m_context.options.requestTimeout); }
    void armTimer(Nanoseconds timeout) {
        m_timer.expires_after(timeout);
        m_timer.async_wait([weak = weak_from_this()](beast::error_code error) {
            if (const auto self = weak.lock(); self && !error)
                self->kill();
        });
    }

    void readDone(beast::error_code error) {
        m_timer.cancel();
        if (error == beast::http::error::body_limit)
            return write(m_context.service.refusal(413, "request body is too large"), true);
        if (error == beast::http::error::header_limit)
            return write(m_context.service.refusal(431, "request header is too large"), true);
        if (error &&
            error.category() == make_error_code(beast::http::error::bad_method).category() &&
            error != beast::http::error::end_of_stream &&
            error != beast::http::error::partial_message)
            return write(m_context.service.refusal(400, "malformed HTTP request"), true);
        if (error)
            return kill();

        BeastRequest message = m_parser->release();
        Request request;
        request.method = text(message.method_string());
        request.authorization = text(message[beast::http::field::authorization]);
        request.forwardedFor = text(message["X-Forwarded-For"]);
        request.wantsWebSocket = beast::websocket::is_upgrade(message);
        beast::error_code ignored;
        request.remoteAddress =
            m_connection->socket().remote_endpoint(ignored).address().to_string(ignored);
        m_head = message.method() == beast::http::verb::head;
        m_keepAlive = message.keep_alive();
        m_version = message.version();
        if (!parseTarget(std::string_view(message.target().data(), message.target().size()),
                         request))
            return write(m_context.service.refusal(400, "malformed request target"), true);

        if (request.wantsWebSocket) {
            auto answer = m_context.service.upgrade(request);
            if (auto *handler = std::get_if<std::unique_ptr<WebSocketHandler>>(&answer))
                return startWebSocketSession(m_context, std::move(m_connection), message,
                                             std::move(*handler));
            return write(std::get<Response>(std::move(answer)), false);
        }
        request.body = std::move(message.body());
        m_answering = shared_from_this();
        m_context.service.serve(request, [weak = weak_from_this()](Response response) {
            if (const auto self = weak.lock(); self && std::exchange(self->m_answering, nullptr))
                self->write(std::move(response), false);
        });
    }

    void write(Response response, bool close) {
        m_close = close || !m_keepAlive;
        const bool whole = !response.more;
        m_more = std::move(response.more);
        m_response = {};
        m_response.version(m_version);
        m_response.result(static_cast<unsigned>(response.status));
        if (!response.contentType.empty())
            m_response.set(beast::http::field::content_type, response.contentType);
        m_response.set(beast::http::field::date, formatHttpDate(std::chrono::system_clock::now()));
        for (const auto &[name, value] : response.headers)
            m_response.set(name, value);
        m_chunked = !whole && m_version >= 11;
        m_close = m_close || (!whole && !m_chunked); // its end is the connection's
        m_response.keep_alive(!m_close);
        if (whole) {
            m_response.body() = std::move(response.body);
            m_response.prepare_payload();
            if (m_head)
                m_response.body().clear();
        } else {
            m_response.chunked(m_chunked);
            m_piece = std::move(response.body);
        }
        m_answerUntil = std::chrono::steady_clock::now() + m_context.options.answerTimeout;
        armTimer();
        m_serializer.emplace(m_response);
        if (whole)
            return beast::http::async_write(
                *m_connection, *m_serializer,
                [self = shared_from_this()](beast::error_code error, std::size_t) {
                    self->writeDone(error);
                });
        beast::http::async_write_header(
            *m_connection, *m_serializer,
            [self = shared_from_this()](beast::error_code error, std::size_t) {
                if (error || self->m_head)
                    return self->writeDone(error);
                self->writePiece();
            });
    }

    /// `m_piece`, and then what follows it.
    void writePiece() {
        if (m_piece.empty())
            return askForMore();
        armTimer();
        const auto wrote = [self = shared_from_this()](beast::error_code error, std::size_t) {
            self->m_timer.cancel();
            if (error || std::chrono::steady_clock::now() > self->m_answerUntil)
                return self->kill();
            self->askForMore();
        };
        if (m_chunked)
            asio::async_write(*m_connection, beast::http::make_chunk(asio::buffer(m_piece)), wrote);
        else
            asio::async_write(*m_connection, asio::buffer(m_piece), wrote);
    }

    void askForMore() {
        if (!m_more)
            return kill();
        m_answering = shared_from_this();
        const auto more = m_more; // it may be gone before it returns
        more([weak = weak_from_this()](std::optional<std::string> piece) {
            const auto self = weak.lock();
            if (!self || !std::exchange(self->m_answering, nullptr))
                return;
            if (!piece)
                return self->kill();
            self->m_piece = std::move(*piece);
            self->m_piece.empty() ? self->endPieces() : self->writePiece();
        });
    }

    void endPieces() {
        m_more = nullptr;
        if (!m_chunked)
            return writeDone({});
        armTimer();
        asio::async_write(*m_connection, beast::http::make_chunk_last(),
                          [self = shared_from_this()](beast::error_code error, std::size_t) {
                              self->writeDone(error);
                          });
    }

    void writeDone(beast::error_code error) {
        m_timer.cancel();
        if (error && error != beast::http::error::end_of_stream)
            return kill();
        if (m_close)
            return drain();
        // Large buffers are not kept for the sake of one large request.
        if (m_buffer.size() == 0)
            m_buffer.shrink_to_fit();
        m_serializer.reset();
        m_response = {};
        m_piece = {};
        m_more = nullptr;
        read();
    }

    /// Lets the peer read our last answer before the connection ends: closing at once while it
    /// still sends would reset the connection and lose the answer.
    void drain() {
        // TLS has a word of its own for that, which some clients do not answer.
        armTimer(m_connection->hasTls()
                     ? std::min<Nanoseconds>(1s, m_context.options.requestTimeout)
                     : m_context.options.requestTimeout);
        const auto shut = [self = shared_from_this()](beast::error_code) {
            beast::error_code ignored;
            self->m_connection->socket().shutdown(Tcp::socket::shutdown_send, ignored);
            self->discard();
        };
        if (m_connection->hasTls())
            m_connection->shutdown(shut);
        else
            shut({});
    }

    void discard() {
        m_buffer.clear();
        m_connection->socket().async_read_some(
            m_buffer.prepare(16 * 1024),
            [self = shared_from_this()](beast::error_code error, std::size_t count) {
                self->m_discarded += count;
                if (error || self->m_discarded > 16 * self->m_context.options.maxBodyBytes)
                    self->kill();
                else
                    self->discard();
            });
    }

    SessionContext &m_context;
    SessionRegistration m_registration;
    std::unique_ptr<Connection> m_connection;
    asio::steady_timer m_timer;
    beast::flat_buffer m_buffer;
    /// Itself, while the service has not answered.
    std::shared_ptr<HttpSession> m_answering;
    std::optional<beast::http::request_parser<beast::http::string_body>> m_parser;
    BeastResponse m_response;
    std::optional<beast::http::response_serializer<beast::http::string_body>> m_serializer;
    /// A body that is made while it is sent: what is being sent of it, and where more comes from.
    std::string m_piece;
    std::function<void(const Response::TakePiece &)> m_more;
    std::chrono::steady_clock::time_point m_answerUntil;
    std::size_t m_discarded = 0;
    unsigned m_version = 11;
    bool m_keepAlive = true;
    bool m_close = false;
    bool m_chunked = false;
    bool m_head = false;
};

} // namespace

void startHttpSession(SessionContext &context, std::unique_ptr<Connection> connection) {
    std::make_shared<HttpSession>(context, std::move(connection))->start();
}

} // namespace heartline::http
