// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/developer_proof.h"
#include "protocol/json.h"

namespace heartline::protocol {

enum class EntityStatus { Active, Inactive, Unstated };

/// What a registry says of an agent or a service. Source: answers of deployed registries
/// (`GET /v1/entities/{id}`, lists). Two kinds come under one shape: the home registry's own
/// record, and another registry's gossip copy, which has no `last_heartbeat`, no key and no proof.
/// All texts are already cut and cleaned for display; `last_heartbeat` is cut to whole seconds by
/// the registry, so that the real beat lies in [t, t + 1 s).
struct EntityRecord {
    std::string entityId;
    std::string name;
    std::string owner;
    std::string entityUrl;
    std::string category;
    std::vector<std::string> tags;
    std::string summary;
    std::string publicKey;
    std::string homeRegistry;
    std::string developerId;
    std::optional<std::uint32_t> entityIndex;
    std::optional<identity::DeveloperProof> developerProof;
    EntityStatus status = EntityStatus::Unstated;
    std::optional<UtcTime> registeredAt;
    std::optional<UtcTime> updatedAt;
    std::optional<UtcTime> lastHeartbeat;
    std::optional<UtcTime> receivedAt;
    std::string entityType;
    std::string serviceEndpoint;
    std::string openapiUrl;
    std::string fqan;
    std::string developerHandle;
    std::string originPublicKey;
    bool tombstoned = false;

    /// A copy that another registry gossiped: never judged by its age. Such have neither a key nor
    /// a beat; records of their own that name a home, in whatever form, have.
    [[nodiscard]] bool isGossipCopy() const {
        return !homeRegistry.empty() && publicKey.empty() && !lastHeartbeat;
    }
    /// The record's key hashes to its id. False for gossip copies, which carry no key.
    [[nodiscard]] bool keyMatchesId() const;
    /// keyMatchesId(), and the proof verifies under the developer with this id.
    [[nodiscard]] bool isProvedToBelongTo(std::string_view developerId) const;
};

/// Members that cannot be decoded are left out; a record without an id, or of which the time of the
/// last beat cannot be read, is none.
[[nodiscard]] Result<EntityRecord> parseEntityRecord(const Json &object);
[[nodiscard]] Result<EntityRecord> parseEntityRecord(std::string_view text);

} // namespace heartline::protocol
