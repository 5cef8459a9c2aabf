// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/entity_list.h"

namespace heartline::protocol {

Result<EntityList> parseEntityList(std::string_view text) {
    auto json = parseObject(text, {.maxBytes = 16 * 1024 * 1024});
    if (!json)
        return tl::unexpected(json.error());
    auto it = json->find("entities");
    if (it == json->end())
        it = json->find("agents");
    if (it == json->end() || !it->is_array())
        return fail(ErrorKind::Protocol, "the answer is no list of entities");
    EntityList list;
    list.count = integerMember(*json, "count").value_or(static_cast<std::int64_t>(it->size()));
    for (const Json &entry : *it) {
        auto record = entry.is_object()
                          ? parseEntityRecord(entry)
                          : Result<EntityRecord>(fail(ErrorKind::Protocol, "no object"));
        if (record)
            list.records.push_back(std::move(*record));
        else
            ++list.skipped;
    }
    return list;
}

} // namespace heartline::protocol
