// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/entity_parts.h"
#include "protocol/display_text.h"
#include "protocol/registration.h"

namespace heartline::node {

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
    for (const std::string *address : {&row.entityUrl, &row.serviceEndpoint, &row.openapiUrl})
        if (address->size() > kMaxTextBytes)
            return "addresses must be 2048 bytes or less";
    if (row.signature.size() > kMaxTextBytes || row.developerProof.size() > kMaxTextBytes)
        return "signature and developer_proof must be 2048 bytes or less";
    if (row.entityPricing.size() > kMaxPricingBytes)
        return "entity_pricing must be 8192 bytes or less";
    return std::nullopt;
}

} // namespace heartline::node
