// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/authorization.h"
#include "node/entity_parts.h"

namespace heartline::node {

using protocol::Json;

namespace {

void setIfGiven(const Json &body, const char *name, std::string &value) {
    if (const auto given = protocol::stringMember(body, name))
        value = *given;
}

http::Response updateEntity(NodeState &state, const http::Request &request, EntityRow &row) {
    if (const auto owned = verifyOwnership(state, row, request.body, request.authorization); !owned)
        return errorAnswer(401, owned.error().message);
    const auto body = protocol::parseObject(request.body);
    if (!body)
        return errorAnswer(400, "invalid request body");
    EntityRow changed = row;
    setIfGiven(*body, "name", changed.name);
    setIfGiven(*body, "entity_url", changed.entityUrl);
    setIfGiven(*body, "category", changed.category);
    setIfGiven(*body, "summary", changed.summary);
    setIfGiven(*body, "service_endpoint", changed.serviceEndpoint);
    setIfGiven(*body, "openapi_url", changed.openapiUrl);
    setIfGiven(*body, "signature", changed.signature);
    if (const auto it = body->find("tags"); it != body->end() && it->is_array())
        changed.tags = protocol::stringsMember(*body, "tags", 1000);
    if (changed.name.empty())
        return errorAnswer(400, "name is required");
    if (const auto broken = limitBroken(changed))
        return errorAnswer(400, *broken);
    state.update(row, std::move(changed));
    return jsonAnswer(200, toJson(row, true));
}

http::Response deleteEntity(NodeState &state, const http::Request &request, const EntityRow &row) {
    if (const auto owned = verifyOwnership(state, row, row.entityId, request.authorization); !owned)
        return errorAnswer(401, owned.error().message);
    state.removeEntity(std::string(row.entityId));
    return jsonAnswer(200, {{"message", "agent deregistered"}});
}

} // namespace

RouteAnswer routeEntities(NodeState &state, const http::Request &request) {
    if (request.matches({"v1", "entities"})) {
        if (request.method == "GET")
            return listEntities(state, request);
        return request.method == "POST" ? registerEntity(state, request) : wrongMethod();
    }
    if (request.matches({"v1", "entities", ""}))
        return noSuchPath();
    if (request.matches({"v1", "entities", "*"})) {
        if (request.method != "GET" && request.method != "PUT" && request.method != "DELETE")
            return wrongMethod();
        EntityRow *row = state.entity(request.segments[2]);
        if (!row)
            return errorAnswer(404, "entity not found");
        if (request.method == "GET")
            return jsonAnswer(200, toJson(*row, false));
        return request.method == "PUT" ? updateEntity(state, request, *row)
                                       : deleteEntity(state, request, *row);
    }
    return std::nullopt;
}

} // namespace heartline::node
