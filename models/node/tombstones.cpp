// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/tombstones.h"

#include <algorithm>

namespace heartline::node {

bool Tombstones::forbids(const std::string &entityId, const std::string &signature,
                         UtcTime now) const {
    const auto it = m_tombstones.find(entityId);
    if (it == m_tombstones.end() || now - it->second.at > kKept)
        return false;
    const auto &known = it->second.signatures;
    return std::find(known.begin(), known.end(), signature) != known.end();
}

bool Tombstones::purge(UtcTime now) {
    return std::erase_if(m_tombstones,
                         [now](const auto &each) { return now - each.second.at > kKept; }) > 0;
}

} // namespace heartline::node
