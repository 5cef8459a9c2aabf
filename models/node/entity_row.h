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
    /// Position in the order of registration; pages follow it.
    std::uint64_t sequence = 0;
};

/// A record as the deployed registry answers it. Addresses are left out of `GET
/// /v1/entities/{id}` there and present everywhere else.
[[nodiscard]] protocol::Json toJson(const EntityRow &row, bool withAddresses);

/// For the database: everything but status and last heartbeat, which have columns of their own.
[[nodiscard]] std::string toStoredJson(const EntityRow &row);
[[nodiscard]] Result<EntityRow> fromStoredJson(std::string_view text);

} // namespace heartline::node
