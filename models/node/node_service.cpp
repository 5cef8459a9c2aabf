// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/node_service.h"

#include "node/heartbeat_socket.h"
#include "node/routes.h"

namespace heartline::node {

namespace {

/// A subscriber of the activity stream; what it sends is ignored.
class ActivitySocket final : public http::WebSocketHandler {
public:
    explicit ActivitySocket(NodeState &state) : m_state(state) {}
    void opened(http::WebSocket &socket) override {
        m_socket = &socket;
        socket.send(std::make_shared<const std::string>(ActivityHub::frame(
            "connected", m_state.now(),
            {{"registry_id", m_state.registryId()}, {"message", "streaming network activity"}})));
        m_state.hub().subscribe(socket);
    }
    void received(std::string_view) override {}
    void closed() override { m_state.hub().unsubscribe(*m_socket); }

private:
    NodeState &m_state;
    http::WebSocket *m_socket = nullptr;
};

bool isWebSocketPath(const http::Request &request) {
    return request.matches({"v1", "ws", "activity"}) || request.matches({"v1", "heartbeat"}) ||
           request.matches({"v1", "entities", "*", "ws"});
}

} // namespace

http::Response NodeService::handle(const http::Request &request) {
    for (const auto route : {routeEntities, routeDevelopers, routeSearch, routeInfo})
        if (auto answer = route(m_state, request))
            return *answer;
    if (isWebSocketPath(request)) {
        if (request.method != "GET")
            return wrongMethod();
        if (request.segments.size() == 4 && !m_state.entity(request.segments[2]))
            return errorAnswer(404, "entity not found");
        return plainAnswer(400, "Bad Request");
    }
    return noSuchPath();
}

void NodeService::serve(const http::Request &request, const Responder &respond) {
    http::Response response = handle(request);
    m_state.settle(
        [respond, response = std::move(response)](const std::optional<std::string> &error) {
            respond(!error ? response
                           : errorAnswer(503, "not stored, and nothing is changed: " + *error));
        });
}

http::Service::Upgrade NodeService::upgrade(const http::Request &request) {
    if (request.matches({"v1", "ws", "activity"}))
        return std::make_unique<ActivitySocket>(m_state);
    if (request.matches({"v1", "heartbeat"}))
        return std::make_unique<HeartbeatSocket>(m_state, protocol::Dialect::Documented,
                                                 std::string());
    if (request.matches({"v1", "entities", "*", "ws"})) {
        if (!m_state.entity(request.segments[2]))
            return errorAnswer(404, "entity not found");
        return std::make_unique<HeartbeatSocket>(m_state, protocol::Dialect::Deployed,
                                                 request.segments[2]);
    }
    return handle(request);
}

http::Response NodeService::refusal(int status, std::string_view reason) {
    return errorAnswer(status, reason);
}

} // namespace heartline::node
