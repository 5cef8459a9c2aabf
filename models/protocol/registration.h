// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/developer_proof.h"
#include "protocol/json.h"

namespace heartline::protocol {

/// Limits that registries hold registrations to.
inline constexpr std::size_t kMaxNameCharacters = 100;
inline constexpr std::size_t kMaxSummaryCharacters = 200;
inline constexpr std::size_t kMaxTags = 20;
inline constexpr std::size_t kMaxCategoryCharacters = 50;

/// What an agent tells of itself when it registers.
struct EntityDescription {
    std::string name;
    std::string entityUrl;
    std::string category = "general";
    std::vector<std::string> tags;
    std::string summary;
    std::string entityType = "agent";
};

/// Body of `POST /v1/entities`, signed by the agent, proved by the developer.
[[nodiscard]] std::string makeEntityRegistration(const EntityDescription &description,
                                                 const identity::SecretKey &agent,
                                                 std::string_view developerId,
                                                 const identity::DeveloperProof &proof);

/// Body of `POST /v1/developers`.
[[nodiscard]] std::string makeDeveloperRegistration(std::string_view name,
                                                    const identity::SecretKey &developer);

/// The text that a registration's signature is over: canonical JSON of `category, entity_url,
/// name, public_key, summary, tags`, plus `entity_type` when given.
[[nodiscard]] std::string registrationSignedText(const Json &body);

/// The same for a developer: `github, name, profile_url, public_key`.
[[nodiscard]] std::string developerSignedText(const Json &body);

/// The same for an update: every member but `signature`.
[[nodiscard]] std::string updateSignedText(const Json &body);

/// Value of the `Authorization` header for PUT (over the raw body) and DELETE (over the id).
[[nodiscard]] std::string agentAuthorization(const identity::SecretKey &agent,
                                             std::string_view signedText);

} // namespace heartline::protocol
