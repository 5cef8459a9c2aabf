// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/listener.h"

#include "http/http_session.h"
#include "http/tls_files.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <thread>

namespace heartline::http {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

/// asio opens and accepts sockets that child processes would inherit.
template <typename Socket>
void closeOnExec(Socket &socket) {
    const int descriptor = socket.native_handle();
    fcntl(descriptor, F_SETFD, fcntl(descriptor, F_GETFD) | FD_CLOEXEC);
}

} // namespace

struct Listener::Private {
    explicit Private(const ListenerOptions &o, Service &service)
        : options(o), context{options, service, WriteTurns(io), {}} {}

    void accept() {
        acceptor.async_accept([this](ErrorCode error, Tcp::socket socket) {
            if (error == asio::error::operation_aborted || !acceptor.is_open())
                return;
            if (error) {
                // Out of descriptors, most likely: try again soon rather than spin or stop.
                retry.expires_after(std::chrono::milliseconds(100));
                retry.async_wait([this](ErrorCode e) {
                    if (!e)
                        accept();
                });
                return;
            }
            if (context.sessions.size() < options.maxConnections) {
                closeOnExec(socket);
                ErrorCode ignored;
                socket.set_option(Tcp::no_delay(true), ignored);
                startHttpSession(context, std::make_unique<Connection>(std::move(socket), tls));
            }
            accept();
        });
    }

    void repeat(const std::shared_ptr<asio::steady_timer> &timer, Nanoseconds interval,
                const std::shared_ptr<std::function<void()>> &function) {
        timer->expires_after(interval);
        timer->async_wait([this, timer, interval, function](ErrorCode error) {
            if (error || stopping)
                return;
            (*function)();
            repeat(timer, interval, function);
        });
    }

    void run() {
        while (true) {
            try {
                io.run();
                return;
            } catch (const std::exception &error) {
                // A handler threw: its session ends with it, the server goes on.
                std::fprintf(stderr, "http: a request failed: %s\n", error.what());
            }
        }
    }

    ListenerOptions options;
    asio::io_context io{1};
    std::shared_ptr<asio::ssl::context> tls; // listener's thread only, once it runs
    SessionContext context;
    Tcp::acceptor acceptor{io};
    asio::steady_timer retry{io};
    std::list<std::weak_ptr<asio::steady_timer>> timers;
    std::thread thread;
    bool stopping = false; // listener's thread only
};

Listener::Listener(std::unique_ptr<Private> implementation) : d(std::move(implementation)) {}

Listener::~Listener() {
    stop();
}

Result<std::unique_ptr<Listener>> Listener::start(const ListenerOptions &options,
                                                  Service &service) {
    auto implementation = std::make_unique<Private>(options, service);
    if (!options.tlsCertificate.empty() || !options.tlsKey.empty()) {
        auto tls = readTlsFiles(options.tlsCertificate, options.tlsKey);
        if (!tls)
            return tl::unexpected(tls.error());
        implementation->tls = std::move(*tls);
    }
    ErrorCode error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error)
        return fail(ErrorKind::InvalidInput, "cannot listen on \"" + options.address +
                                                 "\": give a numeric address such as 127.0.0.1");
    const Tcp::endpoint endpoint(address, options.port);
    Tcp::acceptor &acceptor = implementation->acceptor;
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        closeOnExec(acceptor);
        acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
        acceptor.bind(endpoint, error);
    }
    if (!error)
        acceptor.listen(4096, error);
    if (error)
        return fail(ErrorKind::Network, "cannot listen on " + options.address + ":" +
                                            std::to_string(options.port) + ": " + error.message());
    implementation->accept();
    implementation->thread = std::thread([p = implementation.get()] { p->run(); });
    return std::unique_ptr<Listener>(new Listener(std::move(implementation)));
}

std::uint16_t Listener::port() const {
    ErrorCode ignored;
    return d->acceptor.local_endpoint(ignored).port();
}

std::string Listener::address() const {
    return d->options.address;
}

Result<void> Listener::reloadTls() {
    auto tls = readTlsFiles(d->options.tlsCertificate, d->options.tlsKey);
    if (!tls)
        return tl::unexpected(tls.error());
    post([this, context = std::move(*tls)] { d->tls = context; });
    return {};
}

void Listener::post(std::function<void()> function) {
    asio::post(d->io, std::move(function));
}

void Listener::every(Nanoseconds interval, std::function<void()> function) {
    auto shared = std::make_shared<std::function<void()>>(std::move(function));
    post([this, interval, shared] {
        if (d->stopping)
            return;
        auto timer = std::make_shared<asio::steady_timer>(d->io);
        d->timers.push_back(timer);
        d->repeat(timer, interval, shared);
    });
}

void Listener::stop() {
    if (!d->thread.joinable())
        return;
    post([this] {
        d->stopping = true;
        ErrorCode ignored;
        d->acceptor.close(ignored);
        d->retry.cancel(ignored);
        d->context.turns.cancel();
        for (const auto &weak : d->timers)
            if (const auto timer = weak.lock())
                timer->cancel(ignored);
        // kill() only cancels; the sessions end when their handlers have run.
        for (Session *session : d->context.sessions)
            session->kill();
    });
    d->thread.join();
}

} // namespace heartline::http
