// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/rfc3339.h"
#include "identity/entity_id.h"
#include "node/authorization.h"
#include "node/routes.h"
#include "protocol/display_text.h"
#include "protocol/entity_list.h"
#include "protocol/registration.h"

namespace heartline::node {

using protocol::Json;

namespace {

http::Response registerDeveloper(NodeState &state, const http::Request &request) {
    const auto body = protocol::parseObject(request.body);
    if (!body)
        return unreadableBody(request.body);
    DeveloperRow row;
    row.name = protocol::stringOr(*body, "name", {});
    row.publicKeyText = protocol::stringOr(*body, "public_key", {});
    row.profileUrl = protocol::stringOr(*body, "profile_url", {});
    row.github = protocol::stringOr(*body, "github", {});
    row.signature = protocol::stringOr(*body, "signature", {});
    if (row.name.empty() || row.publicKeyText.empty())
        return errorAnswer(400, "name and public_key are required");
    if (protocol::characterCount(row.name) > protocol::kMaxNameCharacters)
        return errorAnswer(400, "name must be 100 characters or less");
    for (const std::string *text : {&row.profileUrl, &row.github, &row.signature})
        if (text->size() > kMaxTextBytes)
            return errorAnswer(400, "profile_url, github and signature must be 2048 bytes or less");
    if (row.signature.empty())
        return errorAnswer(400, "signature is required");
    const auto key = identity::PublicKey::parse(row.publicKeyText);
    if (!key)
        return errorAnswer(400, "invalid public key encoding");
    const auto signature = identity::Signature::parse(row.signature);
    if (!signature || !key->verifies(protocol::developerSignedText(*body), *signature))
        return errorAnswer(401, "invalid signature");
    row.developerId = identity::makeId(identity::IdKind::Developer, *key);
    if (const std::string stated = protocol::stringOr(*body, "developer_id", row.developerId);
        stated != row.developerId)
        return errorAnswer(400, "developer_id does not match public_key");
    if (state.developer(row.developerId))
        return errorAnswer(409, "developer already registered (or handle already taken)");
    row.registeredAt = state.now();
    const std::string id = row.developerId;
    state.addDeveloper(std::move(row));
    return jsonAnswer(201,
                      {{"developer_id", id}, {"message", "developer registered successfully"}});
}

http::Response deleteDeveloper(NodeState &state, const http::Request &request,
                               const DeveloperRow &row) {
    const auto key = identity::PublicKey::parse(row.publicKeyText);
    const auto owned =
        key ? verifyBearer(*key, row.developerId, request.authorization)
            : Result<void>(fail(ErrorKind::Unauthorized, "developer key is damaged"));
    if (!owned)
        return errorAnswer(401, owned.error().message);
    state.removeDeveloper(std::string(row.developerId));
    return jsonAnswer(200, {{"message", "developer deregistered"}});
}

Json developerJson(const DeveloperRow &row) {
    Json json{
        {"developer_id", row.developerId}, {"name", row.name}, {"public_key", row.publicKeyText}};
    if (!row.profileUrl.empty())
        json["profile_url"] = row.profileUrl;
    if (!row.github.empty())
        json["github"] = row.github;
    json["home_registry"] = "";
    json["schema_version"] = "1.0";
    json["registered_at"] = formatRfc3339(row.registeredAt);
    json["updated_at"] = formatRfc3339(row.registeredAt);
    json["signature"] = row.signature;
    return json;
}

/// At most 100, newest update first, no paging: the deployed registry's habit.
http::Response listEntities(NodeState &state, const std::string &developerId) {
    const auto &own = state.entitiesOf(developerId);
    Json agents = Json::array();
    for (auto it = own.rbegin(); it != own.rend() && agents.size() < protocol::kDeveloperListCap;
         ++it)
        agents.push_back(toJson(*it->second, true));
    return jsonAnswer(
        200, {{"agents", agents}, {"count", agents.size()}, {"developer_id", developerId}});
}

} // namespace

RouteAnswer routeDevelopers(NodeState &state, const http::Request &request) {
    if (request.matches({"v1", "developers"}))
        return request.method == "POST" ? registerDeveloper(state, request) : wrongMethod();
    if (request.matches({"v1", "developers", "*"})) {
        if (request.method != "GET" && request.method != "DELETE")
            return wrongMethod();
        const DeveloperRow *row = state.developer(request.segments[2]);
        if (!row)
            return errorAnswer(404, "developer not found");
        return request.method == "GET" ? jsonAnswer(200, developerJson(*row))
                                       : deleteDeveloper(state, request, *row);
    }
    if (request.matches({"v1", "developers", "*", "entities"}) ||
        request.matches({"v1", "developers", "*", "agents"}))
        return request.method == "GET" ? listEntities(state, request.segments[2]) : wrongMethod();
    return std::nullopt;
}

} // namespace heartline::node
