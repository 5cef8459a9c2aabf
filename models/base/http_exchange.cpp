// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/http_exchange.h"

#include <algorithm>

namespace heartline {

std::string_view HttpReply::header(std::string_view name) const {
    const auto it = std::find_if(headers.rbegin(), headers.rend(),
                                 [name](const HttpHeader &h) { return h.name == name; });
    return it == headers.rend() ? std::string_view() : std::string_view(it->value);
}

} // namespace heartline
