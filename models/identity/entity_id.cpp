// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/entity_id.h"

#include "identity/encoding.h"

#include <algorithm>
#include <sodium.h>

namespace heartline::identity {

std::string_view idPrefix(IdKind kind) {
    switch (kind) {
    case IdKind::Agent:
        return "zns:";
    case IdKind::Service:
        return "zns:svc:";
    case IdKind::Developer:
        return "zns:dev:";
    case IdKind::Registry:
        return "zns:registry:";
    }
    return {};
}

std::string makeId(IdKind kind, const PublicKey &key) {
    std::array<std::uint8_t, 32> digest{};
    crypto_hash_sha256(digest.data(), key.bytes.data(), key.bytes.size());
    return std::string(idPrefix(kind)) + toHex(std::span(digest).first(16));
}

bool isWellFormedId(IdKind kind, std::string_view id) {
    const std::string_view prefix = idPrefix(kind);
    if (!id.starts_with(prefix))
        return false;
    const std::string_view hex = id.substr(prefix.size());
    return hex.size() == 32 && std::all_of(hex.begin(), hex.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

bool isOldId(std::string_view id) {
    constexpr std::string_view kPrefix = "agdns:";
    constexpr std::size_t kMost = 128;
    return id.starts_with(kPrefix) && id.size() > kPrefix.size() && id.size() <= kMost &&
           std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == ':' || c == '-' || c == '_';
           });
}

bool isSameId(std::string_view a, std::string_view b) {
    const auto bare = [](std::string_view id) {
        for (const std::string_view prefix : {"zns:", "agdns:"})
            if (id.starts_with(prefix))
                return id.substr(prefix.size());
        return id;
    };
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    const std::string_view left = bare(a);
    const std::string_view right = bare(b);
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

bool entityIdMatchesKey(std::string_view id, const PublicKey &key) {
    return isSameId(id, makeId(IdKind::Agent, key)) || isSameId(id, makeId(IdKind::Service, key));
}

} // namespace heartline::identity
