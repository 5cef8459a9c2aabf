// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/service.h"
#include "node/node_state.h"
#include "protocol/go_json.h"

namespace heartline::node {

/// Answers in the deployed registry's forms.
[[nodiscard]] inline http::Response jsonAnswer(int status, const protocol::Json &body) {
    return {status, protocol::toGoJsonLine(body), "application/json"};
}
[[nodiscard]] inline http::Response errorAnswer(int status, std::string_view message) {
    return jsonAnswer(status, {{"error", std::string(message)}});
}
/// Unknown paths, wrong methods and missing upgrades are answered in plain text there.
[[nodiscard]] inline http::Response plainAnswer(int status, std::string_view text) {
    return {status, std::string(text) + '\n', "text/plain; charset=utf-8"};
}
[[nodiscard]] inline http::Response wrongMethod() {
    return plainAnswer(405, "Method Not Allowed");
}
[[nodiscard]] inline http::Response noSuchPath() {
    return plainAnswer(404, "404 page not found");
}

/// What is no JSON object, in the words of the deployed registry's parser where it has some.
[[nodiscard]] http::Response unreadableBody(std::string_view body);

/// The longest text that is stored, besides those with limits of their own.
inline constexpr std::size_t kMaxTextBytes = 2048;
inline constexpr std::size_t kMaxPricingBytes = 8192;

/// Each answers its part of the paths, or nothing when the path is not its own.
using RouteAnswer = std::optional<http::Response>;
[[nodiscard]] RouteAnswer routeDevelopers(NodeState &state, const http::Request &request);
[[nodiscard]] RouteAnswer routeEntities(NodeState &state, const http::Request &request);
[[nodiscard]] RouteAnswer routeInfo(NodeState &state, const http::Request &request);

} // namespace heartline::node
