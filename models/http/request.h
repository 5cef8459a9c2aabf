// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartline::http {

/// A request as a Service sees it: whole, within the listener's limits.
struct Request {
    std::string method;
    /// Path segments, percent-decoded each for itself: `/v1/entities/zns%3Aab` is three.
    std::vector<std::string> segments;
    std::map<std::string, std::string> query;
    std::string authorization;
    /// The path as it came, still encoded.
    std::string path;
    std::string body;
    std::string remoteAddress;
    /// What a proxy in front says of it; anybody can.
    std::string forwardedFor;
    /// The client asks for a WebSocket.
    bool wantsWebSocket = false;

    /// Segments match `pattern`, where `*` stands for any one segment.
    [[nodiscard]] bool matches(std::initializer_list<std::string_view> pattern) const;
};

struct Response {
    /// Takes the next piece of a body that is made while it is sent; an empty one ends it, none
    /// says that it cannot be gone on with, which ends the connection.
    using TakePiece = std::function<void(std::optional<std::string>)>;

    int status = 200;
    std::string body;
    std::string contentType = "application/json";
    /// Besides the usual ones.
    std::vector<std::pair<std::string, std::string>> headers;
    /// What follows `body`, where that is not all: is asked for a piece whenever the one before it
    /// was taken, and gives it now or later, in the listener's thread.
    std::function<void(const TakePiece &)> more;
};

/// Nothing for a broken escape or a zero byte.
[[nodiscard]] std::optional<std::string> percentDecode(std::string_view text);

/// Fills segments and query from a request's target; false for what no client should send.
[[nodiscard]] bool parseTarget(std::string_view target, Request &request);

} // namespace heartline::http
