// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/entity_list.h"

#include "protocol/display_text.h"
#include "protocol/json_split.h"

namespace heartline::protocol {

namespace {

constexpr std::size_t kMaxBytes = 8 * 1024 * 1024;
/// More than any registry gives in one answer, by far.
constexpr std::size_t kMostRecords = 20'000;

/// What stands beside the records. Nothing where it is no member, or another type.
Json besides(std::string_view text, std::string_view name) {
    const auto value = memberText(text, name);
    return value && value->size() <= 512 ? Json::parse(*value, nullptr, false) : Json();
}

} // namespace

Result<EntityList> parseEntityList(std::string_view text) {
    if (text.size() > kMaxBytes)
        return fail(ErrorKind::TooLarge, "the list is larger than allowed");
    const std::string repaired = isValidUtf8(text) ? std::string() : withReplacements(text);
    const std::string_view whole = repaired.empty() ? text : std::string_view(repaired);
    auto array = memberText(whole, "entities");
    if (!array)
        array = memberText(whole, "agents");
    // A registry in Go writes an empty list as null.
    const auto pieces = array ? splitArray(*array, kMostRecords) : std::nullopt;
    if (!pieces)
        return fail(ErrorKind::Protocol, "the answer is no list of entities");
    if (pieces->size() > kMostRecords)
        return fail(ErrorKind::TooLarge, "the list holds more records than allowed");
    if (const Json error = besides(whole, "error"); error.is_string())
        return fail(ErrorKind::Protocol,
                    "the list has an error: " + displayText(error.get<std::string>(), 200));
    EntityList list;
    list.count = static_cast<std::int64_t>(pieces->size());
    if (const Json count = besides(whole, "count"); count.is_number_integer())
        list.count = count.get<std::int64_t>();
    if (pieces->empty() && list.count > 0)
        return fail(ErrorKind::Protocol,
                    "the list is empty, but counts " + std::to_string(list.count) + " entities");
    // Record by record: one that cannot be decoded leaves the others standing.
    for (const std::string_view piece : *pieces) {
        auto record = parseEntityRecord(piece);
        if (record)
            list.records.push_back(std::move(*record));
        else
            ++list.skipped;
    }
    return list;
}

} // namespace heartline::protocol
