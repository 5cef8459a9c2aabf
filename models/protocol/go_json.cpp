// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/go_json.h"

namespace heartline::protocol {

std::string withGoLineSeparators(const std::string &text) {
    std::string escaped;
    std::size_t from = 0;
    // U+2028 and U+2029 in UTF-8.
    for (std::size_t at = text.find("\xe2\x80"); at != std::string::npos;
         at = text.find("\xe2\x80", at + 2)) {
        const char last = at + 2 < text.size() ? text[at + 2] : '\0';
        if (last != '\xa8' && last != '\xa9')
            continue;
        escaped.append(text, from, at - from).append(last == '\xa8' ? "\\u2028" : "\\u2029");
        from = at + 3;
    }
    return from == 0 ? text : escaped.append(text, from);
}

std::string toGoJsonLine(const Json &value) {
    const std::string plain =
        withGoLineSeparators(value.dump(-1, ' ', false, Json::error_handler_t::replace));
    std::string text;
    text.reserve(plain.size() + 16);
    // These three never occur outside strings in JSON, so they can be replaced anywhere.
    for (const char c : plain) {
        switch (c) {
        case '<':
            text += "\\u003c";
            break;
        case '>':
            text += "\\u003e";
            break;
        case '&':
            text += "\\u0026";
            break;
        default:
            text += c;
        }
    }
    text += '\n';
    return text;
}

} // namespace heartline::protocol
