// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/transport.h"
#include "http/trust.h"

#include <vector>

namespace heartline::http {

class CurlLoop;

/// HTTP requests by libcurl on Qt's event loop. Redirects are not followed, cookies not kept,
/// nothing is unpacked, TLS errors never ignored; proxies as the environment says (http_proxy,
/// https_proxy, all_proxy, no_proxy). Each request ends in exactly one call of its callback, or in
/// none when cancel() was called or the client is destroyed. Thread: the one it was made in.
class RestClient {
public:
    using Callback = Transport::Callback;

    /// `clock` must outlive the client.
    explicit RestClient(const Clock &clock, Trust trust = Trust::fromEnvironment());
    ~RestClient();
    RestClient(const RestClient &) = delete;
    RestClient &operator=(const RestClient &) = delete;

    /// An id to cancel with; never 0.
    std::uint64_t send(const HttpRequest &request, Callback callback);
    void cancel(std::uint64_t id);
    /// Ends all with an error of kind Cancelled, and closes idle connections: the next request
    /// dials anew.
    void reset();

    /// Of an answer's headers, all together.
    static constexpr std::size_t kMaxHeaderBytes = 64 * 1024;

private:
    struct Transfer;
    void finished(void *handle, int code);

    const Clock &m_clock;
    const Trust m_trust;
    std::unique_ptr<CurlLoop> m_loop;
    std::vector<std::unique_ptr<Transfer>> m_transfers;
    std::uint64_t m_lastId = 0;
};

} // namespace heartline::http
