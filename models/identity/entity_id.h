// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/public_key.h"

#include <string>

namespace heartline::identity {

/// Ids of the network: a prefix and the hex of the first 16 bytes of SHA-256(public key), so that
/// an id proves its key.
enum class IdKind { Agent, Service, Developer, Registry };

/// `zns:`, `zns:svc:`, `zns:dev:` or `zns:registry:`.
[[nodiscard]] std::string_view idPrefix(IdKind kind);
[[nodiscard]] std::string makeId(IdKind kind, const PublicKey &key);

/// Exactly a prefix of `kind` and 32 lower-case hex digits.
[[nodiscard]] bool isWellFormedId(IdKind kind, std::string_view id);

/// An id of the old form, `agdns:` and more: shown as it is, and opaque unless its hex is that of a
/// key's hash.
[[nodiscard]] bool isOldId(std::string_view id);

/// The same but for the form of its prefix, `zns:` or the old `agdns:`, and capitals. By
/// itself that proves nothing: a key's hash does.
[[nodiscard]] bool isSameId(std::string_view a, std::string_view b);

/// True when `id` is the agent or the service id of `key`, in whatever form: the hex of its hash is
/// what proves the key. Ids of the old form that are none never match.
[[nodiscard]] bool entityIdMatchesKey(std::string_view id, const PublicKey &key);

} // namespace heartline::identity
