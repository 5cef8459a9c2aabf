// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <string>
#include <string_view>
#include <vector>

namespace heartline {

struct HttpRequest {
    std::string method = "GET";
    /// Whole address.
    std::string url;
    std::string body;
    std::string authorization;
    /// Real time, from sending to the last byte of the answer, whatever trickles in meanwhile.
    Nanoseconds timeout = 10s;
    /// Of the answer's body; holds while it arrives.
    std::size_t maxBytes = 8 * 1024 * 1024;
};

struct HttpHeader {
    std::string name; ///< in small letters
    std::string value;
};

/// An answer of any status; only having no answer is an Error.
struct HttpReply {
    int status = 0;
    std::string body;
    /// Of the final answer, in the order in which they came.
    std::vector<HttpHeader> headers;
    /// The proxy that it came through, "host:port", where that may have given it itself: one
    /// that tells of no success, of an address without TLS.
    std::string proxy;
    /// When it was asked for, and when it was complete.
    MonoTime sentAt;
    MonoTime receivedAt;

    /// The last of that name (in small letters); empty where there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

} // namespace heartline
