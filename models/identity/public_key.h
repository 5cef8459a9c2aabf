// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/signature.h"

#include <compare>

namespace heartline::identity {

/// An Ed25519 public key. On the wire: `ed25519:` and standard base64 of 32 bytes.
struct PublicKey {
    std::array<std::uint8_t, 32> bytes{};

    [[nodiscard]] static Result<PublicKey> parse(std::string_view text);
    [[nodiscard]] std::string text() const;

    /// True only for a valid signature by this key over exactly `message`. Keys of small order
    /// (all zero, say) verify nothing.
    [[nodiscard]] bool verifies(std::string_view message, const Signature &signature) const;

    auto operator<=>(const PublicKey &) const = default;
};

} // namespace heartline::identity
