// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http_session.h"

#include "http/web_socket_session.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <ctime>

namespace heartline::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using BeastRequest = beast::http::request<beast::http::string_body>;
using BeastResponse = beast::http::response<beast::http::string_body>;

std::string httpDate() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 40> text{};
    // Fixed names: strftime would follow the locale.
    static constexpr std::array<const char *, 7> days{"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
    static constexpr std::array<const char *, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                  days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                  months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                  parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text.data();
}

std::string text(beast::string_view view) {
    return {view.data(), view.size()};
}

class HttpSession final : public Session, public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(SessionContext &context, Tcp::socket socket)
        : m_context(context), m_registration(context, this), m_socket(std::move(socket)),
          m_timer(m_socket.get_executor()) {}

    void read() {
        m_parser.emplace();
        m_parser->body_limit(m_context.options.maxBodyBytes);
        m_parser->header_limit(static_cast<std::uint32_t>(m_context.options.maxHeaderBytes));
        armTimer();
        beast::http::async_read(m_socket, m_buffer, *m_parser,
                                [self = shared_from_this()](beast::error_code error, std::size_t) {
                                    self->readDone(error);
                                });
    }

    void kill() override {
        beast::error_code ignored;
        m_timer.cancel(ignored);
        m_socket.close(ignored);
        m_answering.reset(); // last: it may be all that keeps this alive
    }

private:
    void armTimer() {
        m_timer.expires_after(m_context.options.requestTimeout);
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
        request.wantsWebSocket = beast::websocket::is_upgrade(message);
        beast::error_code ignored;
        request.remoteAddress = m_socket.remote_endpoint(ignored).address().to_string(ignored);
        m_head = message.method() == beast::http::verb::head;
        m_keepAlive = message.keep_alive();
        m_version = message.version();
        if (!parseTarget(std::string_view(message.target().data(), message.target().size()),
                         request))
            return write(m_context.service.refusal(400, "malformed request target"), true);

        if (request.wantsWebSocket) {
            auto answer = m_context.service.upgrade(request);
            if (auto *handler = std::get_if<std::unique_ptr<WebSocketHandler>>(&answer))
                return startWebSocketSession(m_context, std::move(m_socket), message,
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
        m_response = {};
        m_response.version(m_version);
        m_response.result(static_cast<unsigned>(response.status));
        m_response.set(beast::http::field::content_type, response.contentType);
        m_response.set(beast::http::field::date, httpDate());
        m_response.keep_alive(m_keepAlive && !close);
        m_response.body() = std::move(response.body);
        m_response.prepare_payload();
        if (m_head)
            m_response.body().clear();
        armTimer();
        beast::http::async_write(
            m_socket, m_response,
            [self = shared_from_this(), close](beast::error_code error, std::size_t) {
                self->writeDone(error, close);
            });
    }

    void writeDone(beast::error_code error, bool close) {
        m_timer.cancel();
        if (error)
            return kill();
        if (close || !m_keepAlive)
            return drain();
        // Large buffers are not kept for the sake of one large request.
        if (m_buffer.size() == 0)
            m_buffer.shrink_to_fit();
        read();
    }

    /// Lets the peer read our last answer before the connection ends: closing at once while it
    /// still sends would reset the connection and lose the answer.
    void drain() {
        beast::error_code ignored;
        m_socket.shutdown(Tcp::socket::shutdown_send, ignored);
        armTimer();
        discard();
    }

    void discard() {
        m_buffer.clear();
        m_socket.async_read_some(
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
    Tcp::socket m_socket;
    asio::steady_timer m_timer;
    beast::flat_buffer m_buffer;
    /// Itself, while the service has not answered.
    std::shared_ptr<HttpSession> m_answering;
    std::optional<beast::http::request_parser<beast::http::string_body>> m_parser;
    BeastResponse m_response;
    std::size_t m_discarded = 0;
    unsigned m_version = 11;
    bool m_keepAlive = true;
    bool m_head = false;
};

} // namespace

void startHttpSession(SessionContext &context, Tcp::socket socket) {
    std::make_shared<HttpSession>(context, std::move(socket))->read();
}

} // namespace heartline::http
