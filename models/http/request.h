// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
    std::string body;
    std::string remoteAddress;
    /// The client asks for a WebSocket.
    bool wantsWebSocket = false;

    /// Segments match `pattern`, where `*` stands for any one segment.
    [[nodiscard]] bool matches(std::initializer_list<std::string_view> pattern) const;
};

struct Response {
    int status = 200;
    std::string body;
    std::string contentType = "application/json";
};

/// Nothing for a broken escape or a zero byte.
[[nodiscard]] std::optional<std::string> percentDecode(std::string_view text);

/// Fills segments and query from a request's target; false for what no client should send.
[[nodiscard]] bool parseTarget(std::string_view target, Request &request);

} // namespace heartline::http
