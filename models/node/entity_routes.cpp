// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/entity_id.h"
#include "node/authorization.h"
#include "node/routes.h"
#include "protocol/display_text.h"
#include "protocol/registration.h"

#include <charconv>

namespace heartline::node {

using protocol::Json;

namespace {

constexpr std::size_t kDefaultPage = 50;
constexpr std::size_t kMaxUrlBytes = 2048;

/// Limits on what an owner may write; the text of the error, or nothing.
std::optional<std::string> limitBroken(const EntityRow &row) {
    if (protocol::characterCount(row.name) > protocol::kMaxNameCharacters)
        return "name must be 100 characters or less";
    if (protocol::characterCount(row.summary) > protocol::kMaxSummaryCharacters)
        return "summary must be 200 characters or less";
    if (protocol::characterCount(row.category) > protocol::kMaxCategoryCharacters)
        return "category must be 50 characters or less";
    if (row.tags.size() > protocol::kMaxTags)
        return "maximum 20 tags allowed";
    for (const std::string &tag : row.tags)
        if (protocol::characterCount(tag) > protocol::kMaxCategoryCharacters)
            return "tags must be 50 characters or less";
    if (row.entityUrl.size() > kMaxUrlBytes || row.serviceEndpoint.size() > kMaxUrlBytes ||
        row.openapiUrl.size() > kMaxUrlBytes)
        return "addresses must be 2048 bytes or less";
    return std::nullopt;
}

/// Fills the owner's part of the row; an error's status and text otherwise.
std::optional<http::Response> proveDeveloper(const NodeState &state, const Json &body,
                                             const identity::PublicKey &key, EntityRow &row) {
    row.developerId = protocol::stringOr(body, "developer_id", {});
    const auto proofIt = body.find("developer_proof");
    if (row.developerId.empty() || proofIt == body.end() || !proofIt->is_object()) {
        return errorAnswer(400, "developer_id and developer_proof are required");
    }
    const DeveloperRow *developer = state.developer(row.developerId);
    if (!developer)
        return errorAnswer(400, "developer_id not found; register developer first");
    const std::string proofKey = protocol::stringOr(*proofIt, "developer_public_key", {});
    if (proofKey != developer->publicKeyText)
        return errorAnswer(
            400, "developer_proof.developer_public_key does not match registered developer");
    const auto developerKey = identity::PublicKey::parse(proofKey);
    const auto signature =
        identity::Signature::parse(protocol::stringOr(*proofIt, "developer_signature", {}));
    const auto index = protocol::integerMember(*proofIt, "entity_index");
    const bool valid =
        developerKey && signature && index && *index >= 0 && *index <= UINT32_MAX &&
        identity::DeveloperProof{*developerKey, static_cast<std::uint32_t>(*index), *signature}
            .isValidFor(key);
    if (!valid)
        return errorAnswer(401, "invalid developer derivation proof");
    row.entityIndex = static_cast<std::uint32_t>(*index);
    row.developerProof = proofIt->dump();
    row.owner = row.developerId;
    return std::nullopt;
}

http::Response registerEntity(NodeState &state, const http::Request &request) {
    const auto body = protocol::parseObject(request.body);
    if (!body)
        return errorAnswer(400, "invalid request body: " + body.error().message);
    EntityRow row;
    row.name = protocol::stringOr(*body, "name", {});
    row.entityUrl = protocol::stringOr(*body, "entity_url", {});
    row.category = protocol::stringOr(*body, "category", {});
    row.tags = protocol::stringsMember(*body, "tags", 1000);
    row.summary = protocol::stringOr(*body, "summary", {});
    row.publicKeyText = protocol::stringOr(*body, "public_key", {});
    row.signature = protocol::stringOr(*body, "signature", {});
    row.entityType = protocol::stringOr(*body, "entity_type", "agent");
    row.serviceEndpoint = protocol::stringOr(*body, "service_endpoint", {});
    row.openapiUrl = protocol::stringOr(*body, "openapi_url", {});
    if (const auto it = body->find("entity_pricing"); it != body->end() && it->is_object())
        row.entityPricing = it->dump();
    const bool service = row.entityType == "service";
    if (!service && row.entityType != "agent")
        return errorAnswer(400, "entity_type must be agent or service");
    if (row.name.empty() || row.category.empty() || row.publicKeyText.empty() ||
        (!service && row.entityUrl.empty()))
        return errorAnswer(400, "name, entity_url, category, and public_key are required");
    if (service && row.serviceEndpoint.empty() && row.entityUrl.empty())
        return errorAnswer(400, "service_endpoint is required for services");
    if (row.signature.empty())
        return errorAnswer(400, "signature is required");
    const auto key = identity::PublicKey::parse(row.publicKeyText);
    if (!key)
        return errorAnswer(400, "invalid public key encoding");
    row.publicKey = *key;
    row.entityId =
        identity::makeId(service ? identity::IdKind::Service : identity::IdKind::Agent, *key);
    for (const char *member : {"entity_id", "agent_id"})
        if (protocol::stringOr(*body, member, row.entityId) != row.entityId)
            return errorAnswer(400, std::string(member) + " does not match public_key");
    const auto signature = identity::Signature::parse(row.signature);
    if (!signature || !key->verifies(protocol::registrationSignedText(*body), *signature))
        return errorAnswer(401, "invalid agent signature");
    if (auto refusal = proveDeveloper(state, *body, *key, row))
        return *refusal;
    if (const auto broken = limitBroken(row))
        return errorAnswer(400, *broken);
    if (state.entity(row.entityId))
        return errorAnswer(409, "agent already registered");
    // Registering counts as a heartbeat, as on deployed registries.
    row.registeredAt = row.updatedAt = row.lastHeartbeat = state.now();
    const std::string id = row.entityId;
    state.addEntity(std::move(row));
    return jsonAnswer(201, {{"entity_id", id}, {"message", "agent registered successfully"}});
}

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

std::size_t numberParameter(const http::Request &request, const char *name, std::size_t fallback) {
    const auto it = request.query.find(name);
    if (it == request.query.end())
        return fallback;
    std::size_t value = 0;
    const std::string &text = it->second;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc() && result.ptr == text.data() + text.size() ? value : fallback;
}

std::string parameter(const http::Request &request, const char *name) {
    const auto it = request.query.find(name);
    return it == request.query.end() ? std::string() : it->second;
}

http::Response listEntities(NodeState &state, const http::Request &request) {
    std::size_t limit = numberParameter(request, "limit", kDefaultPage);
    if (limit == 0)
        limit = kDefaultPage;
    std::size_t offset = numberParameter(request, "offset", 0);
    const std::string type = parameter(request, "type");
    const std::string category = parameter(request, "category");
    const bool online = parameter(request, "status") == "online"; // the documented filter
    Json page = Json::array();
    std::size_t taken = 0;
    for (const auto &[sequence, row] : state.entities()) {
        if ((!category.empty() && row->category != category) || (online && !row->active))
            continue;
        if (offset > 0) {
            --offset;
            continue;
        }
        if (taken++ == limit)
            break;
        // The type is applied after paging, as deployed: such a page can come up short.
        if (type.empty() || row->entityType == type)
            page.push_back(toJson(*row, true));
    }
    return jsonAnswer(200, {{"count", page.size()}, {"entities", page}});
}

} // namespace

RouteAnswer routeEntities(NodeState &state, const http::Request &request) {
    if (request.matches({"v1", "entities"})) {
        if (request.method == "GET")
            return listEntities(state, request);
        return request.method == "POST" ? registerEntity(state, request) : wrongMethod();
    }
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
    if (request.matches({"v1", "entities", "*", "card"})) {
        if (request.method != "GET")
            return wrongMethod();
        // This node fetches nothing from addresses that records name.
        return state.entity(request.segments[2])
                   ? errorAnswer(502, "failed to fetch agent card: this node does not fetch cards")
                   : errorAnswer(404, "entity not found");
    }
    return std::nullopt;
}

} // namespace heartline::node
