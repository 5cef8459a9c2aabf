// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/public_key.h"

#include <span>

namespace heartline::identity {

/// An Ed25519 private key. Moves only, wiped when it ends, printed by nothing.
class SecretKey {
public:
    /// 32 bytes: the seed. 64 bytes: seed and public key, refused when they do not belong together.
    [[nodiscard]] static Result<SecretKey> fromBytes(std::span<const std::uint8_t> bytes);
    [[nodiscard]] static SecretKey generate();

    SecretKey(SecretKey &&other) noexcept;
    SecretKey &operator=(SecretKey &&other) noexcept;
    SecretKey(const SecretKey &) = delete;
    SecretKey &operator=(const SecretKey &) = delete;
    ~SecretKey();

    [[nodiscard]] SecretKey clone() const;
    [[nodiscard]] PublicKey publicKey() const;
    [[nodiscard]] Signature sign(std::string_view message) const;

    /// The agent key that belongs to `index` under this developer key: seed = first 32 bytes of
    /// SHA-512(developer seed, `zns:agent:`, index as big-endian uint32).
    [[nodiscard]] SecretKey deriveAgentKey(std::uint32_t index) const;

    /// For writing key files only; the view ends with the key.
    [[nodiscard]] std::span<const std::uint8_t, 32> seed() const;

private:
    SecretKey() = default;
    std::array<std::uint8_t, 64> m_expanded{}; // libsodium's form: seed, then public key
};

} // namespace heartline::identity
