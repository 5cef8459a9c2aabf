// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/entity_list.h"

#include "protocol/json_split.h"

namespace heartline::protocol {

namespace {

constexpr JsonLimits kListLimits{.maxBytes = 16 * 1024 * 1024};

void add(EntityList &list, Result<EntityRecord> record) {
    if (record)
        list.records.push_back(std::move(*record));
    else
        ++list.skipped;
}

Result<EntityList> listOf(const Json &object) {
    auto it = object.find("entities");
    if (it == object.end())
        it = object.find("agents");
    // A registry in Go writes an empty list as null.
    if (it == object.end() || !(it->is_array() || it->is_null()))
        return fail(ErrorKind::Protocol, "the answer is no list of entities");
    EntityList list;
    for (const Json &entry : *it)
        add(list, entry.is_object() ? parseEntityRecord(entry)
                                    : Result<EntityRecord>(fail(ErrorKind::Protocol, "no object")));
    list.count = integerMember(object, "count").value_or(static_cast<std::int64_t>(it->size()));
    return list;
}

/// Record by record: one that cannot be decoded leaves the others standing.
Result<EntityList> listOfPieces(std::string_view text, const Error &error) {
    auto pieces = splitArrayMember(text, "entities");
    if (!pieces)
        pieces = splitArrayMember(text, "agents");
    if (!pieces)
        return tl::unexpected(error);
    EntityList list;
    for (const std::string_view piece : *pieces)
        add(list, parseEntityRecord(piece));
    list.count = static_cast<std::int64_t>(pieces->size());
    return list;
}

} // namespace

Result<EntityList> parseEntityList(std::string_view text) {
    if (text.size() > kListLimits.maxBytes)
        return fail(ErrorKind::Protocol, "the list is larger than allowed");
    const std::string repaired = isValidUtf8(text) ? std::string() : withReplacements(text);
    const std::string_view whole = repaired.empty() ? text : std::string_view(repaired);
    const auto json = parseObject(whole, kListLimits);
    if (!json)
        return listOfPieces(whole, json.error());
    return listOf(*json);
}

} // namespace heartline::protocol
