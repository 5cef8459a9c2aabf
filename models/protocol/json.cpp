// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"

#include "base/rfc3339.h"

#include <QString>
#include <algorithm>
#include <charconv>
#include <simdjson.h>

namespace heartline::protocol {

namespace {

/// What a text would make its parser build, found by brackets and commas outside strings: cheap,
/// and enough to refuse before parsing.
struct Shape {
    std::size_t depth = 0;    ///< of the deepest value
    std::size_t members = 0;  ///< of the largest object, which is searched from its beginning
    std::size_t elements = 0; ///< in all
};

Shape shapeOf(std::string_view text, std::size_t maxDepth) {
    struct Level {
        bool isObject = false;
        std::size_t members = 1;
    };
    Shape shape;
    std::vector<Level> open;
    for (std::size_t i = 0; i < text.size() && open.size() <= maxDepth; ++i) {
        const char c = text[i];
        if (c == '"') {
            for (++i; i < text.size() && text[i] != '"'; ++i)
                i += text[i] == '\\' ? 1 : 0;
        } else if (c == '{' || c == '[') {
            open.push_back({c == '{'});
            ++shape.elements;
            shape.depth = std::max(shape.depth, open.size());
        } else if ((c == '}' || c == ']') && !open.empty()) {
            open.pop_back();
        } else if (c == ',') {
            ++shape.elements;
            if (!open.empty() && open.back().isObject)
                shape.members = std::max(shape.members, ++open.back().members);
        }
    }
    return shape;
}

} // namespace

bool isValidUtf8(std::string_view text) {
    return simdjson::validate_utf8(text.data(), text.size());
}

std::string withReplacements(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toStdString();
}

namespace {

/// At `at` stands an escape of four hex digits, whose value is in [from, to].
bool isEscapeIn(std::string_view text, std::size_t at, unsigned from, unsigned to) {
    if (text.substr(at, 2) != "\\u" || text.size() < at + 6)
        return false;
    unsigned value = 0;
    const char *const end = text.data() + at + 6;
    return std::from_chars(text.data() + at + 2, end, value, 16).ptr == end && value >= from &&
           value <= to;
}

std::string withWholePairs(std::string_view text) {
    constexpr std::size_t escape = 6;
    std::string whole;
    whole.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const bool high = isEscapeIn(text, at, 0xD800, 0xDBFF);
        const bool pair = high && isEscapeIn(text, at + escape, 0xDC00, 0xDFFF);
        const std::size_t length = pair                                           ? 2 * escape
                                   : high || isEscapeIn(text, at, 0xDC00, 0xDFFF) ? escape
                                   : text[at] == '\\' && at + 1 < text.size()     ? 2
                                                                                  : 1;
        whole += length == escape ? std::string_view("\\ufffd") : text.substr(at, length);
        at += length;
    }
    return whole;
}

} // namespace

std::optional<Json> parsePart(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.maxBytes)
        return std::nullopt;
    const Shape shape = shapeOf(text, limits.maxDepth);
    if (shape.depth > limits.maxDepth || shape.members > limits.maxMembers ||
        shape.elements > limits.maxElements)
        return std::nullopt;
    Json value = Json::parse(text, nullptr, false);
    if (value.is_discarded())
        value = Json::parse(withWholePairs(text), nullptr, false);
    return value.is_discarded() ? std::nullopt : std::optional(std::move(value));
}

Result<Json> parseObject(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.maxBytes)
        return fail(ErrorKind::Protocol, "JSON is larger than allowed");
    const Shape shape = shapeOf(text, limits.maxDepth);
    if (shape.depth > limits.maxDepth)
        return fail(ErrorKind::Protocol, "JSON is nested too deeply");
    if (shape.members > limits.maxMembers || shape.elements > limits.maxElements)
        return fail(ErrorKind::Protocol, "JSON has more members than allowed");
    Json value = Json::parse(text, nullptr, false);
    if (value.is_discarded())
        return fail(ErrorKind::Protocol, "invalid JSON");
    if (!value.is_object())
        return fail(ErrorKind::Protocol, "JSON is not an object");
    return value;
}

std::string canonicalJson(const Json &value) {
    // nlohmann::json keeps members in a std::map, which sorts them by their bytes.
    return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::string> stringMember(const Json &object, const char *name) {
    const auto it = object.find(name);
    if (it == object.end() || !it->is_string())
        return std::nullopt;
    return it->get<std::string>();
}

std::string stringOr(const Json &object, const char *name, std::string_view fallback) {
    auto value = stringMember(object, name);
    return value ? std::move(*value) : std::string(fallback);
}

std::optional<std::int64_t> integerMember(const Json &object, const char *name) {
    const auto it = object.find(name);
    if (it == object.end() || !it->is_number_integer())
        return std::nullopt;
    if (it->is_number_unsigned() && it->get<std::uint64_t>() > INT64_MAX)
        return std::nullopt;
    return it->get<std::int64_t>();
}

std::optional<UtcTime> timeMember(const Json &object, const char *name) {
    const auto it = object.find(name);
    if (it == object.end() || !it->is_string())
        return std::nullopt;
    return parseRfc3339(it->get_ref<const std::string &>());
}

bool boolOr(const Json &object, const char *name, bool fallback) {
    const auto it = object.find(name);
    return it != object.end() && it->is_boolean() ? it->get<bool>() : fallback;
}

std::vector<std::string> stringsMember(const Json &object, const char *name, std::size_t most) {
    std::vector<std::string> values;
    const auto it = object.find(name);
    if (it == object.end() || !it->is_array())
        return values;
    for (const Json &value : *it) {
        if (values.size() == most)
            break;
        if (value.is_string())
            values.push_back(value.get<std::string>());
    }
    return values;
}

} // namespace heartline::protocol
