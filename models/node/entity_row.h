// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/public_key.h"
#include "protocol/json.h"

namespace heartline::node {

/// An entity as this node keeps it. Texts are as the owner sent them.
struct EntityRow {
    std::string entityId;
    std::string name;
    std::string entityUrl;
    std::string category;
    std::vector<std::string> tags;
    std::string summary;
    std::string publicKeyText;
    identity::PublicKey publicKey;
    std::string signature;
    /// With which it was registered; an update's takes the place of the other.
    std::string registrationSignature;
    std::string owner;
    std::string developerId;
    std::optional<std::uint32_t> entityIndex;
    /// Compact JSON, as sent; empty when not given.
    std::string developerProof;
    std::string entityPricing;
    std::string entityType = "agent";
    std::string serviceEndpoint;
    std::string openapiUrl;
    UtcTime registeredAt;
    UtcTime updatedAt;
    UtcTime lastHeartbeat;
    bool active = true;
    /// Grows with each registration and update; lists begin with the newest.
    std::uint64_t sequence = 0;
    /// What searches look into: its name, a newline, and summary, category and tags, case folded.
    std::string folded;
};

/// Fills `folded`.
void fold(EntityRow &row);

/// A record as the deployed registry answers it. Addresses are left out of `GET
/// /v1/entities/{id}` there and present everywhere else.
[[nodiscard]] protocol::Json toJson(const EntityRow &row, bool withAddresses);

/// For the database: everything but status and last heartbeat, which have columns of their own.
[[nodiscard]] std::string toStoredJson(const EntityRow &row);
[[nodiscard]] Result<EntityRow> fromStoredJson(std::string_view text);

} // namespace heartline::node
