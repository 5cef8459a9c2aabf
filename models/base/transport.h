// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/http_exchange.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace heartline {

/// A WebSocket connection that is being opened, or is open. Its end drops it without a word.
class Stream {
public:
    Stream() = default;
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;
    virtual ~Stream() = default;

    /// Nothing where it is not open.
    virtual void ping() = 0;
    /// A text message; nothing where it is not open.
    virtual void send(std::string_view text) = 0;
    /// The proxy that it goes by, "host:port", for people; or empty.
    [[nodiscard]] virtual std::string proxy() const = 0;
};

struct StreamRequest {
    /// Whole address, `ws:` or `wss:`.
    std::string url;
    /// A larger message, or frame of one, ends the stream.
    std::size_t maxMessage = 1024 * 1024;
    /// A peer that pings and never reads would have us keep all our pongs: with more than this
    /// unsent the stream is lost.
    std::size_t maxUnsent = 64 * 1024;
};

struct StreamLoss {
    /// For people; may be empty.
    std::string reason;
    /// Of the answer that refused the upgrade; 0 where there was none.
    int status = 0;
};

/// What comes of a stream. Each may end the Stream that calls it; none is called within open().
struct StreamEvents {
    std::function<void()> connected;
    /// A whole text message.
    std::function<void(std::string_view text)> message;
    /// A frame of a text message that goes on, of so many bytes.
    std::function<void(std::size_t size)> part;
    std::function<void()> binary;
    std::function<void()> pong;
    /// Once; nothing comes after it.
    std::function<void(const StreamLoss &loss)> lost;
};

/// The network, as what decides sees it: real sockets, or a simulator's. Redirects are not
/// followed, cookies not kept, nothing is unpacked, TLS errors never ignored. Thread: one.
class Transport {
public:
    using Callback = std::function<void(Result<HttpReply>)>;

    Transport() = default;
    Transport(const Transport &) = delete;
    Transport &operator=(const Transport &) = delete;
    virtual ~Transport() = default;

    /// Ends in exactly one call of `callback`, never within this call, or in none when it was
    /// cancelled or the transport is gone. Returns an id to cancel with; never 0.
    virtual std::uint64_t send(const HttpRequest &request, Callback callback) = 0;
    virtual void cancel(std::uint64_t id) = 0;
    /// Ends all requests with an error of kind Cancelled, within this call, and closes idle
    /// connections: the next request dials anew.
    virtual void reset() = 0;
    /// Never null; what fails at once is told by `lost` as well.
    [[nodiscard]] virtual std::unique_ptr<Stream> open(const StreamRequest &request,
                                                       StreamEvents events) = 0;
};

} // namespace heartline
