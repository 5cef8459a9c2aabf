// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/request.h"

namespace heartline::http {

namespace {

int hexDigit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// Calls `use` with each part between separators.
template <typename Use>
bool split(std::string_view text, char separator, Use use) {
    while (true) {
        const std::size_t end = text.find(separator);
        if (!use(text.substr(0, end)))
            return false;
        if (end == std::string_view::npos)
            return true;
        text.remove_prefix(end + 1);
    }
}

} // namespace

std::optional<std::string> percentDecode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const bool whole = text.size() - i > 2;
            const int high = whole ? hexDigit(text[i + 1]) : -1;
            const int low = whole ? hexDigit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (c == '\0')
            return std::nullopt;
        decoded += c;
    }
    return decoded;
}

bool parseTarget(std::string_view target, Request &request) {
    if (!target.starts_with('/') || target.size() > 4096)
        return false;
    target = target.substr(0, target.find('#'));
    const std::size_t mark = target.find('?');
    request.path = std::string(target.substr(0, mark));
    const bool pathGood = split(target.substr(1, mark == std::string_view::npos ? mark : mark - 1),
                                '/', [&](std::string_view part) {
                                    auto decoded = percentDecode(part);
                                    if (decoded)
                                        request.segments.push_back(std::move(*decoded));
                                    return decoded.has_value() && request.segments.size() <= 16;
                                });
    if (!pathGood)
        return false;
    if (mark == std::string_view::npos)
        return true;
    return split(target.substr(mark + 1), '&', [&](std::string_view pair) {
        const std::size_t equals = pair.find('=');
        auto name = percentDecode(pair.substr(0, equals));
        auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                      : percentDecode(pair.substr(equals + 1));
        if (!name || !value)
            return false;
        request.query[std::move(*name)] = std::move(*value);
        return request.query.size() <= 32;
    });
}

bool Request::matches(std::initializer_list<std::string_view> pattern) const {
    if (pattern.size() != segments.size())
        return false;
    auto segment = segments.begin();
    for (const std::string_view expected : pattern) {
        if (expected != "*" && expected != *segment)
            return false;
        ++segment;
    }
    return true;
}

} // namespace heartline::http
