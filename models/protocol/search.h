// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/json.h"

namespace heartline::protocol {

/// Body of `POST /v1/search` that asks whether one agent can be found: by its name, under its
/// developer. (With a developer and no query the deployed registry returns nothing.)
[[nodiscard]] std::string makeSearch(std::string_view query, std::string_view developerId,
                                     int maxResults);

struct SearchResult {
    std::string entityId;
    std::string name;
    std::string status;
    std::string developerId;
};
[[nodiscard]] Result<std::vector<SearchResult>> parseSearchResults(std::string_view text);

} // namespace heartline::protocol
