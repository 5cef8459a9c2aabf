// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"
#include "http/service.h"

#include <functional>

namespace heartline::http {

struct ListenerOptions {
    /// Numeric address; 0 as port takes a free one.
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::size_t maxBodyBytes = 1024 * 1024;
    std::size_t maxHeaderBytes = 16 * 1024;
    /// Largest WebSocket message; a larger one ends that connection.
    std::size_t maxMessageBytes = 64 * 1024;
    /// A request must be whole, and its answer taken, within this time. It also bounds how long a
    /// kept-alive connection may idle.
    Nanoseconds requestTimeout = 10s;
    /// An answer that is made while it is sent must be taken within this time as a whole.
    Nanoseconds answerTimeout = 120s;
    /// A frame that a WebSocket's peer does not take within this time ends that connection.
    Nanoseconds writeTimeout = 30s;
    std::size_t maxConnections = 60000;
    /// PEM files of a certificate chain and its key; empty: no TLS.
    std::string tlsCertificate;
    std::string tlsKey;
};

/// HTTP/1.1 and WebSocket on one port, on one thread of its own.
///
/// Handles what a server on a hostile network must: size limits, slow and half-open clients,
/// pipelining, aborted uploads, running out of descriptors. Its sockets are close-on-exec.
/// Destruction closes every connection and joins the thread.
class Listener {
public:
    /// `service` must outlive the listener.
    [[nodiscard]] static Result<std::unique_ptr<Listener>> start(const ListenerOptions &options,
                                                                 Service &service);
    ~Listener();
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string address() const;

    /// Runs `function` in the listener's thread. Thread: any.
    void post(std::function<void()> function);
    /// Runs `function` in the listener's thread again and again. Thread: any.
    void every(Nanoseconds interval, std::function<void()> function);

    /// Reads the TLS files again, for connections from now on. On an error nothing changes, and it
    /// says what to mend. Thread: any.
    [[nodiscard]] Result<void> reloadTls();

    /// As the destructor; for owners whose handlers must end before themselves. Idempotent.
    void stop();

    struct Private;

private:
    explicit Listener(std::unique_ptr<Private> implementation);
    std::unique_ptr<Private> d;
};

} // namespace heartline::http
