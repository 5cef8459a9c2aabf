// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_split.h"

namespace heartline::protocol {

namespace {

constexpr auto kNone = std::string_view::npos;

std::size_t afterSpace(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

char charAt(std::string_view text, std::size_t at) {
    return at < text.size() ? text[at] : '\0';
}

/// Behind the closing quote of the string that begins at `at`.
std::size_t afterString(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '"')
            return at + 1;
    }
    return kNone;
}

/// Behind the value that begins at `at`.
std::size_t afterValue(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = afterString(text, at);
            if (at == kNone)
                return kNone;
            if (depth == 0)
                return at;
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            return at; // behind a number or a word
        if (c == '{' || c == '[')
            ++depth;
        ++at;
        if ((c == '}' || c == ']') && --depth == 0)
            return at;
    }
    return kNone;
}

} // namespace

std::optional<std::vector<std::string_view>> splitArray(std::string_view array, std::size_t most) {
    std::vector<std::string_view> elements;
    if (array == "null")
        return elements;
    if (charAt(array, 0) != '[')
        return std::nullopt;
    std::size_t at = afterSpace(array, 1);
    while (charAt(array, at) != ']' && elements.size() <= most) {
        const std::size_t end = afterValue(array, at);
        if (end == kNone || end == at)
            return std::nullopt;
        elements.push_back(array.substr(at, end - at));
        at = afterSpace(array, end);
        if (charAt(array, at) == ',')
            at = afterSpace(array, at + 1);
        else if (charAt(array, at) != ']')
            return std::nullopt;
    }
    return elements;
}

std::optional<std::string_view> memberText(std::string_view object, std::string_view name) {
    std::size_t at = afterSpace(object, 0);
    if (charAt(object, at) != '{')
        return std::nullopt;
    at = afterSpace(object, at + 1);
    while (charAt(object, at) == '"') {
        const std::size_t keyEnd = afterString(object, at);
        if (keyEnd == kNone)
            return std::nullopt;
        const std::string_view key = object.substr(at + 1, keyEnd - at - 2);
        at = afterSpace(object, keyEnd);
        if (charAt(object, at) != ':')
            return std::nullopt;
        at = afterSpace(object, at + 1);
        const std::size_t end = afterValue(object, at);
        if (end == kNone || end == at)
            return std::nullopt;
        if (key == name)
            return object.substr(at, object.find_last_not_of(" \t\r\n", end - 1) + 1 - at);
        at = afterSpace(object, end);
        if (charAt(object, at) == ',')
            at = afterSpace(object, at + 1);
    }
    return std::nullopt;
}

} // namespace heartline::protocol
