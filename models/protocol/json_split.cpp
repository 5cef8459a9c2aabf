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

/// Goes through an object's members, one after the other.
class MemberWalk {
public:
    explicit MemberWalk(std::string_view object) : m_object(object), m_at(afterSpace(object, 0)) {
        m_open = charAt(m_object, m_at) == '{';
        m_at = afterSpace(m_object, m_at + 1);
    }
    struct Member {
        std::string_view name;
        std::string_view value;
    };
    std::optional<Member> next() {
        if (!m_open || charAt(m_object, m_at) != '"')
            return std::nullopt;
        m_open = false; // until it is known how this one ends
        const std::size_t nameEnd = afterString(m_object, m_at);
        if (nameEnd == kNone)
            return std::nullopt;
        const std::string_view name = m_object.substr(m_at + 1, nameEnd - m_at - 2);
        m_at = afterSpace(m_object, nameEnd);
        if (charAt(m_object, m_at) != ':')
            return std::nullopt;
        m_at = afterSpace(m_object, m_at + 1);
        const std::size_t end = afterValue(m_object, m_at);
        if (end == kNone || end == m_at)
            return std::nullopt;
        const std::size_t last = m_object.find_last_not_of(" \t\r\n", end - 1);
        const std::string_view value = m_object.substr(m_at, last + 1 - m_at);
        m_at = afterSpace(m_object, end);
        m_open = true;
        if (charAt(m_object, m_at) == ',') {
            m_at = afterSpace(m_object, m_at + 1);
            m_open = charAt(m_object, m_at) == '"';
        }
        return Member{name, value};
    }
    /// After the last: the object ended as it should, and nothing follows.
    [[nodiscard]] bool isComplete() const {
        return m_open && charAt(m_object, m_at) == '}' &&
               afterSpace(m_object, m_at + 1) == m_object.size();
    }

private:
    std::string_view m_object;
    std::size_t m_at;
    bool m_open = false;
};

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
    MemberWalk walk(object);
    while (const auto member = walk.next())
        if (member->name == name)
            return member->value;
    return std::nullopt;
}

bool forEachMember(std::string_view object,
                   const std::function<void(std::string_view, std::string_view)> &take) {
    MemberWalk walk(object);
    while (const auto member = walk.next())
        take(member->name, member->value);
    return walk.isComplete();
}

} // namespace heartline::protocol
