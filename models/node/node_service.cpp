// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/node_service.h"

#include "node/heartbeat_socket.h"
#include "node/routes.h"
#include "node/search_job.h"

namespace heartline::node {

namespace {

/// A subscriber of the activity stream; what it sends is ignored.
class ActivitySocket final : public http::WebSocketHandler {
public:
    explicit ActivitySocket(NodeState &state) : m_state(state) {}
    void opened(http::WebSocket &socket) override {
        socket.send(ActivityHub::text(
            "connected", m_state.now(),
            {{"registry_id", m_state.registryId()}, {"message", "streaming network activity"}}));
        m_state.hub().subscribe(socket);
    }
    void received(std::string_view) override {}
    void closed() override {}

private:
    NodeState &m_state;
};

bool isWebSocketPath(const http::Request &request) {
    return request.matches({"v1", "ws", "activity"}) || request.matches({"v1", "heartbeat"}) ||
           request.matches({"v1", "entities", "*", "ws"});
}

bool isCard(const http::Request &request) {
    return request.matches({"v1", "entities", "*", "card"});
}

/// As deployed: pages of any origin may read and write.
http::Response openToAll(http::Response response) {
    response.headers.insert(response.headers.end(),
                            {{"Access-Control-Allow-Origin", "*"},
                             {"Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS"},
                             {"Access-Control-Allow-Headers", "Content-Type, Authorization"},
                             {"Access-Control-Max-Age", "86400"}});
    return response;
}

bool isUnclean(std::string_view path) {
    return path.find("//") != std::string_view::npos ||
           path.find("/./") != std::string_view::npos ||
           path.find("/../") != std::string_view::npos;
}

http::Response movedTo(const std::string &path) {
    return {307,
            "<a href=\"" + path + "\">Temporary Redirect</a>.\n\n",
            "text/html; charset=utf-8",
            {{"Location", path}},
            {}};
}

/// Without empty and dotted parts; what is no plain path text stays encoded, as it came.
std::string cleanPath(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        path.remove_prefix(1); // the slash
        const auto part = path.substr(0, path.find('/'));
        path.remove_prefix(part.size());
        if (part == ".." && !parts.empty())
            parts.pop_back();
        else if (!part.empty() && part != "." && part != "..")
            parts.push_back(part);
    }
    std::string clean;
    for (const auto part : parts)
        for (const char c : "/" + std::string(part))
            clean += std::string_view("<>\"'&\r\n").find(c) == std::string_view::npos ? c : '_';
    return clean.empty() ? "/" : clean;
}

} // namespace

NodeService::NodeService(NodeState &state, CardFetcher &cards)
    : m_state(state), m_cards(cards), m_searches(state.options().searchesPerMinute),
      m_registrations(state.options().registrationsPerMinute) {}

http::Response NodeService::handle(const http::Request &request) {
    if (isUnclean(request.path))
        return movedTo(cleanPath(request.path));
    for (const auto route : {routeEntities, routeDevelopers, routeInfo})
        if (auto answer = route(m_state, request))
            return *answer;
    if (isWebSocketPath(request)) {
        if (request.method != "GET")
            return wrongMethod();
        if (request.segments.size() == 4 && !m_state.entity(request.segments[2]))
            return errorAnswer(404, "entity not found");
        return plainAnswer(400, "Bad Request");
    }
    if (request.matches({"v1", "search"}) || isCard(request))
        return wrongMethod(); // with the right one it came another way
    return noSuchPath();
}

void NodeService::serve(const http::Request &request, const Responder &respond) {
    const Responder open = [respond](http::Response response) {
        respond(openToAll(std::move(response)));
    };
    if (request.method == "OPTIONS")
        return open({204, {}, {}, {}, {}});
    if (isOverBudget(request))
        return open(plainAnswer(429, R"({"error":"rate limit exceeded"})"));
    if (request.matches({"v1", "search"}) && request.method == "POST")
        return search(request, open);
    if (isCard(request) && request.method == "GET")
        return fetchCard(request, open);
    http::Response response = handle(request);
    m_state.settle([open, response = std::move(response)](const std::optional<std::string> &error) {
        open(!error ? response : errorAnswer(503, "not stored, and nothing is changed: " + *error));
    });
}

bool NodeService::isOverBudget(const http::Request &request) {
    if (request.method != "POST")
        return false;
    const bool registers =
        request.matches({"v1", "entities"}) || request.matches({"v1", "developers"});
    if (!registers && !request.matches({"v1", "search"}))
        return false;
    AddressBudget &budget = registers ? m_registrations : m_searches;
    return !budget.allows(askerOf(request), m_state.mono());
}

void NodeService::search(const http::Request &request, const Responder &respond) {
    auto made = SearchJob::make(m_state, request);
    if (auto *refused = std::get_if<http::Response>(&made))
        return respond(std::move(*refused));
    const auto job = std::get<std::shared_ptr<SearchJob>>(std::move(made));
    const bool added = m_state.work().add([job, respond] {
        if (job->lookOn())
            return true;
        respond(job->answer());
        return false;
    });
    if (!added)
        respond(errorAnswer(503, "too many searches and lists at once; try again later"));
}

void NodeService::fetchCard(const http::Request &request, const Responder &respond) {
    const EntityRow *row = m_state.entity(request.segments[2]);
    if (!row)
        return respond(errorAnswer(404, "entity not found"));
    m_cards.fetch(row->entityUrl, [respond](const CardFetcher::Outcome &outcome) {
        respond(outcome ? http::Response{200, *outcome, "application/json", {}, {}}
                        : errorAnswer(502, "failed to fetch agent card: " + outcome.error()));
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
            return openToAll(errorAnswer(404, "entity not found"));
        return std::make_unique<HeartbeatSocket>(m_state, protocol::Dialect::Deployed,
                                                 request.segments[2]);
    }
    return openToAll(handle(request));
}

http::Response NodeService::refusal(int status, std::string_view reason) {
    return openToAll(errorAnswer(status, reason));
}

} // namespace heartline::node
