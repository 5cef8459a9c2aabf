// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "http/trust.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace heartline::http {

class CurlLoop;

/// An answer of any status; only having no answer is an Error.
struct RestReply {
    int status = 0;
    std::string body;
    /// The `Date` header: the server's clock, cut to whole seconds, when it wrote the answer.
    std::optional<UtcTime> date;
    /// The `Age` header: a cache kept the answer for so long.
    std::optional<Nanoseconds> age;
    /// A cache says that the answer is one of its own (`X-Cache: HIT` and the like).
    bool cacheHit = false;
    /// The `Location` header of an answer that redirects; nothing follows it.
    std::string location;
    /// The proxy that it came through, "host:port", where that may have given it itself: one
    /// that tells of no success, of an address without TLS.
    std::string proxy;
    /// When it was asked for; where a cache kept it, so long before as it says: of then it speaks.
    MonoTime sentAt;
    MonoTime receivedAt;
};

struct RestRequest {
    std::string method = "GET";
    /// Whole address.
    std::string url;
    std::string body;
    std::string authorization;
    /// From sending to the last byte of the answer, whatever trickles in meanwhile.
    Nanoseconds timeout = 10s;
    /// Of the answer's body; holds while it arrives.
    std::size_t maxBytes = 8 * 1024 * 1024;
};

/// HTTP requests by libcurl on Qt's event loop. Redirects are not followed, cookies not kept,
/// nothing is unpacked, TLS errors never ignored; proxies as the environment says (http_proxy,
/// https_proxy, all_proxy, no_proxy). Each request ends in exactly one call of its callback, or in
/// none when cancel() was called or the client is destroyed. Thread: the one it was made in.
class RestClient {
public:
    using Callback = std::function<void(Result<RestReply>)>;

    /// `clock` must outlive the client.
    explicit RestClient(const Clock &clock, Trust trust = Trust::fromEnvironment());
    ~RestClient();
    RestClient(const RestClient &) = delete;
    RestClient &operator=(const RestClient &) = delete;

    /// An id to cancel with; never 0.
    std::uint64_t send(const RestRequest &request, Callback callback);
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

/// A path segment with everything but letters, digits and `-._~:` percent-encoded.
[[nodiscard]] std::string pathSegment(std::string_view text);

} // namespace heartline::http
