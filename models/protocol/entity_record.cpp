// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/entity_record.h"

#include "identity/entity_id.h"
#include "protocol/display_text.h"
#include "protocol/json_split.h"

#include <algorithm>
#include <array>

namespace heartline::protocol {

namespace {

/// What of a record is of use. Each is decoded by itself, so that one which cannot be, or is
/// absurdly large, leaves the others standing.
constexpr std::array<std::string_view, 24> kMembers{"entity_id",
                                                    "name",
                                                    "owner",
                                                    "entity_url",
                                                    "category",
                                                    "tags",
                                                    "summary",
                                                    "public_key",
                                                    "home_registry",
                                                    "developer_id",
                                                    "entity_index",
                                                    "developer_proof",
                                                    "status",
                                                    "registered_at",
                                                    "updated_at",
                                                    "last_heartbeat",
                                                    "received_at",
                                                    "entity_type",
                                                    "service_endpoint",
                                                    "openapi_url",
                                                    "fqan",
                                                    "developer_handle",
                                                    "origin_public_key",
                                                    "tombstoned"};
constexpr JsonLimits kPartLimits{
    .maxBytes = 64 * 1024, .maxDepth = 8, .maxMembers = 64, .maxElements = 2'000};

std::string shown(const Json &object, const char *name, std::size_t most) {
    return displayText(stringOr(object, name, {}), most);
}

/// Keys, ids and addresses are used as they are or, when absurdly long, not at all.
std::string exact(const Json &object, const char *name, std::size_t most) {
    std::string value = stringOr(object, name, {});
    return value.size() <= most ? value : std::string();
}

std::optional<identity::DeveloperProof> parseProof(const Json &record) {
    const auto it = record.find("developer_proof");
    if (it == record.end() || !it->is_object())
        return std::nullopt;
    const auto key = identity::PublicKey::parse(stringOr(*it, "developer_public_key", {}));
    const auto signature = identity::Signature::parse(stringOr(*it, "developer_signature", {}));
    const auto index = integerMember(*it, "entity_index");
    if (!key || !signature || !index || *index < 0 || *index > UINT32_MAX)
        return std::nullopt;
    return identity::DeveloperProof{*key, static_cast<std::uint32_t>(*index), *signature};
}

} // namespace

bool EntityRecord::keyMatchesId() const {
    const auto key = identity::PublicKey::parse(publicKey);
    return key && identity::entityIdMatchesKey(entityId, *key);
}

bool EntityRecord::isProvedToBelongTo(std::string_view developer) const {
    const auto key = identity::PublicKey::parse(publicKey);
    return key && developerProof && identity::entityIdMatchesKey(entityId, *key) &&
           identity::isSameId(
               identity::makeId(identity::IdKind::Developer, developerProof->developerPublicKey),
               developer) &&
           developerProof->isValidFor(*key);
}

Result<EntityRecord> parseEntityRecord(const Json &object) {
    EntityRecord record;
    record.entityId = exact(object, "entity_id", 128);
    if (record.entityId.empty())
        return fail(ErrorKind::Protocol, "the record has no entity_id");
    record.entityId = displayText(record.entityId, 128);
    record.name = shown(object, "name", 100);
    record.owner = shown(object, "owner", 128);
    record.entityUrl = exact(object, "entity_url", 2048);
    record.category = shown(object, "category", 50);
    for (const std::string &tag : stringsMember(object, "tags", 20))
        record.tags.push_back(displayText(tag, 60));
    record.summary = shown(object, "summary", 200);
    record.publicKey = exact(object, "public_key", 128);
    record.homeRegistry = shown(object, "home_registry", 128);
    record.developerId = shown(object, "developer_id", 128);
    if (const auto index = integerMember(object, "entity_index");
        index && *index >= 0 && *index <= UINT32_MAX)
        record.entityIndex = static_cast<std::uint32_t>(*index);
    record.developerProof = parseProof(object);
    const std::string status = stringOr(object, "status", {});
    record.status = status == "active"     ? EntityStatus::Active
                    : status == "inactive" ? EntityStatus::Inactive
                                           : EntityStatus::Unstated;
    record.registeredAt = timeMember(object, "registered_at");
    record.updatedAt = timeMember(object, "updated_at");
    // One that is no time, or was never set (Go: of the year 1), is as none: the stream tells.
    record.lastHeartbeat = timeMember(object, "last_heartbeat");
    record.receivedAt = timeMember(object, "received_at");
    record.entityType = shown(object, "entity_type", 20);
    record.serviceEndpoint = exact(object, "service_endpoint", 2048);
    record.openapiUrl = exact(object, "openapi_url", 2048);
    record.fqan = shown(object, "fqan", 200);
    record.developerHandle = shown(object, "developer_handle", 100);
    record.originPublicKey = exact(object, "origin_public_key", 128);
    record.tombstoned = boolOr(object, "tombstoned", false);
    return record;
}

Result<EntityRecord> parseEntityRecord(std::string_view text) {
    const std::string repaired = isValidUtf8(text) ? std::string() : withReplacements(text);
    Json known = Json::object();
    const bool whole =
        forEachMember(repaired.empty() ? text : std::string_view(repaired),
                      [&known](std::string_view name, std::string_view value) {
                          if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end())
                              return;
                          if (auto part = parsePart(value, kPartLimits))
                              known[std::string(name)] = std::move(*part);
                      });
    if (!whole)
        return fail(ErrorKind::Protocol, "the record is no JSON object");
    return parseEntityRecord(known);
}

} // namespace heartline::protocol
