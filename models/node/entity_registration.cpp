// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/entity_id.h"
#include "node/entity_parts.h"
#include "protocol/registration.h"

namespace heartline::node {

using protocol::Json;

namespace {

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
    // What it proves, and nothing besides: anybody's members would be stored for ever.
    row.developerProof =
        Json{{"developer_public_key", proofKey},
             {"entity_index", *index},
             {"developer_signature", protocol::stringOr(*proofIt, "developer_signature", {})}}
            .dump();
    row.owner = row.developerId;
    return std::nullopt;
}

} // namespace

http::Response registerEntity(NodeState &state, const http::Request &request) {
    const auto body = protocol::parseObject(request.body);
    if (!body)
        return unreadableBody(request.body);
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
    if (row.entityType.empty())
        row.entityType = "agent";
    const bool service = row.entityType == "service";
    if (!service && row.entityType != "agent")
        return errorAnswer(400, "invalid entity_type: " + row.entityType.substr(0, 100));
    if (row.name.empty() || row.category.empty() || row.publicKeyText.empty())
        return errorAnswer(400, "name, category, and public_key are required");
    if (!service && row.entityUrl.empty())
        return errorAnswer(400, "entity_url is required for agent type");
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
    if (service && row.serviceEndpoint.empty())
        return errorAnswer(400, "service_endpoint is required for entity_type 'service'");
    if (const auto broken = limitBroken(row))
        return errorAnswer(400, *broken);
    if (state.entity(row.entityId))
        return errorAnswer(409, "agent already registered");
    if (state.wasEnded(row.entityId, row.signature))
        return errorAnswer(409, "this registration was ended by its owner; change its content, and "
                                "sign it anew");
    row.registrationSignature = row.signature;
    row.active = !state.options().documentedStates;
    // Registering counts as a heartbeat, as on deployed registries.
    row.registeredAt = row.updatedAt = row.lastHeartbeat = state.now();
    const std::string id = row.entityId;
    state.addEntity(std::move(row));
    return jsonAnswer(201, {{"entity_id", id}, {"message", "agent registered successfully"}});
}

} // namespace heartline::node
