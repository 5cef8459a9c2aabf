// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/search.h"

#include "protocol/display_text.h"

namespace heartline::protocol {

std::string makeSearch(std::string_view query, std::string_view developerId, int maxResults) {
    return Json{{"query", std::string(query)},
                {"developer_id", std::string(developerId)},
                {"max_results", maxResults}}
        .dump();
}

Result<std::vector<SearchResult>> parseSearchResults(std::string_view text) {
    const auto json = parseObject(text);
    if (!json)
        return tl::unexpected(json.error());
    const auto it = json->find("results");
    if (it == json->end() || !(it->is_array() || it->is_null()))
        return fail(ErrorKind::Protocol, "the answer holds no search results");
    std::vector<SearchResult> results;
    for (const Json &entry : *it)
        if (entry.is_object() && results.size() < 1000)
            results.push_back({displayText(stringOr(entry, "entity_id", {}), 128),
                               displayText(stringOr(entry, "name", {}), 100),
                               displayText(stringOr(entry, "status", {}), 20),
                               displayText(stringOr(entry, "developer_id", {}), 128)});
    return results;
}

} // namespace heartline::protocol
