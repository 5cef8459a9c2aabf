// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/go_duration.h"
#include "node/routes.h"

namespace heartline::node {

using protocol::Json;

RouteAnswer routeInfo(NodeState &state, const http::Request &request) {
    Json body;
    if (request.matches({"health"})) {
        body = {{"status", state.trouble().empty() ? "ok" : "degraded"}};
        if (!state.trouble().empty())
            body["reason"] = state.trouble();
    } else if (request.matches({"v1", "info"})) {
        body = {{"registry_id", state.registryId()},
                {"name", state.options().name},
                {"developer_onboarding", {{"mode", "open"}}}};
    } else if (request.matches({"v1", "network", "status"})) {
        body = {{"registry_id", state.registryId()},
                {"name", state.options().name},
                {"version", HEARTLINE_VERSION},
                {"uptime", goDuration(state.uptime())},
                {"peer_count", 0},
                {"local_agents", state.entities().size()},
                {"gossip_entries", 0},
                {"cached_cards", 0},
                {"node_type", "full"}};
    } else if (request.matches({"v1", "network", "peers"})) {
        body = {{"peers", Json::array()}};
    } else if (request.matches({".well-known", "zynd-registry.json"})) {
        return request.method == "GET" ? errorAnswer(404, "no registry identity proof configured")
                                       : wrongMethod();
    } else if (request.matches({"v1", "resolve", "*", "*"})) {
        return request.method == "GET" ? errorAnswer(404, "name not found") : wrongMethod();
    } else if (request.matches({"v1", "handles", "*"})) {
        return request.method == "GET" ? errorAnswer(404, "handle not found") : wrongMethod();
    } else {
        return std::nullopt;
    }
    if (request.method != "GET" && request.method != "HEAD")
        return wrongMethod();
    return jsonAnswer(200, body);
}

} // namespace heartline::node
