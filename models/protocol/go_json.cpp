// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/go_json.h"

namespace heartline::protocol {

std::string toGoJsonLine(const Json &value) {
    const std::string plain = value.dump(-1, ' ', false, Json::error_handler_t::replace);
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
