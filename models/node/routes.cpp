// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/routes.h"

namespace heartline::node {

http::Response unreadableBody(std::string_view body) {
    const std::string prefix = "invalid request body: ";
    const auto first = body.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return errorAnswer(400, prefix + "EOF");
    if (body[first] != '{')
        return errorAnswer(400, prefix + "no JSON object");
    // Balanced or not is enough to tell one that was cut off.
    int depth = 0;
    bool inText = false;
    for (std::size_t i = first; i < body.size(); ++i) {
        const char c = body[i];
        if (inText && c == '\\')
            ++i;
        else if (c == '"')
            inText = !inText;
        else if (!inText)
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    }
    return errorAnswer(400, prefix + (depth > 0 || inText ? "unexpected EOF" : "invalid JSON"));
}

} // namespace heartline::node
