// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/entity_row.h"

#include "base/rfc3339.h"

#include <QString>

namespace heartline::node {

using protocol::Json;

namespace {

constexpr int kTimeToLiveSeconds = 86400; // what deployed registries write

void addUnlessEmpty(Json &json, const char *name, const std::string &value) {
    if (!value.empty())
        json[name] = value;
}

void addParsed(Json &json, const char *name, const std::string &text) {
    if (!text.empty())
        json[name] = Json::parse(text, nullptr, false);
}

} // namespace

Json toJson(const EntityRow &row, bool withAddresses) {
    Json json{{"entity_id", row.entityId}, {"name", row.name}, {"owner", row.owner}};
    if (withAddresses)
        addUnlessEmpty(json, "entity_url", row.entityUrl);
    json["category"] = row.category;
    json["tags"] = row.tags;
    json["summary"] = row.summary;
    json["public_key"] = row.publicKeyText;
    json["home_registry"] = ""; // filled in gossip copies only
    json["schema_version"] = "1.0";
    json["registered_at"] = formatRfc3339(row.registeredAt);
    json["updated_at"] = formatRfc3339(row.updatedAt);
    json["ttl"] = kTimeToLiveSeconds;
    json["signature"] = row.signature;
    addUnlessEmpty(json, "developer_id", row.developerId);
    if (row.entityIndex)
        json["entity_index"] = *row.entityIndex;
    addParsed(json, "developer_proof", row.developerProof);
    json["status"] = row.active ? "active" : "inactive";
    json["last_heartbeat"] = formatRfc3339(row.lastHeartbeat);
    json["entity_type"] = row.entityType;
    if (withAddresses)
        addUnlessEmpty(json, "service_endpoint", row.serviceEndpoint);
    addUnlessEmpty(json, "openapi_url", row.openapiUrl);
    addParsed(json, "entity_pricing", row.entityPricing);
    return json;
}

std::string toStoredJson(const EntityRow &row) {
    Json json = toJson(row, true);
    json.erase("status");
    json.erase("last_heartbeat");
    json["registration_signature"] = row.registrationSignature;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<EntityRow> fromStoredJson(std::string_view text) {
    const auto json = protocol::parseObject(text);
    if (!json)
        return tl::unexpected(json.error());
    EntityRow row;
    row.entityId = protocol::stringOr(*json, "entity_id", {});
    row.name = protocol::stringOr(*json, "name", {});
    row.owner = protocol::stringOr(*json, "owner", {});
    row.entityUrl = protocol::stringOr(*json, "entity_url", {});
    row.category = protocol::stringOr(*json, "category", {});
    row.tags = protocol::stringsMember(*json, "tags", 100);
    row.summary = protocol::stringOr(*json, "summary", {});
    row.publicKeyText = protocol::stringOr(*json, "public_key", {});
    row.signature = protocol::stringOr(*json, "signature", {});
    row.registrationSignature = protocol::stringOr(*json, "registration_signature", row.signature);
    row.developerId = protocol::stringOr(*json, "developer_id", {});
    if (const auto index = protocol::integerMember(*json, "entity_index"))
        row.entityIndex = static_cast<std::uint32_t>(*index);
    if (const auto it = json->find("developer_proof"); it != json->end())
        row.developerProof = it->dump();
    if (const auto it = json->find("entity_pricing"); it != json->end())
        row.entityPricing = it->dump();
    row.entityType = protocol::stringOr(*json, "entity_type", "agent");
    row.serviceEndpoint = protocol::stringOr(*json, "service_endpoint", {});
    row.openapiUrl = protocol::stringOr(*json, "openapi_url", {});
    const auto registered = protocol::timeMember(*json, "registered_at");
    const auto updated = protocol::timeMember(*json, "updated_at");
    const auto key = identity::PublicKey::parse(row.publicKeyText);
    if (row.entityId.empty() || !key || !registered || !updated)
        return fail(ErrorKind::Io, "a stored record is damaged");
    row.publicKey = *key;
    row.registeredAt = *registered;
    row.updatedAt = *updated;
    fold(row);
    return row;
}

void fold(EntityRow &row) {
    QString rest = QString::fromStdString(row.summary) + QLatin1Char(' ') +
                   QString::fromStdString(row.category);
    for (const std::string &tag : row.tags)
        rest += QLatin1Char(' ') + QString::fromStdString(tag);
    row.folded =
        (QString::fromStdString(row.name) + QLatin1Char('\n') + rest).toCaseFolded().toStdString();
}

} // namespace heartline::node
