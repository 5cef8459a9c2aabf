// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/secret_key.h"

#include "identity/sodium.h"

#include <algorithm>
#include <sodium.h>

namespace heartline::identity {

namespace {
constexpr std::string_view kDerivationLabel = "zns:agent:";
}

Result<SecretKey> SecretKey::fromBytes(std::span<const std::uint8_t> bytes) {
    ensureSodium();
    if (bytes.size() != 32 && bytes.size() != 64)
        return fail(ErrorKind::InvalidInput, "private key has " + std::to_string(bytes.size()) +
                                                 " bytes; 32 or 64 are expected");
    SecretKey key;
    std::array<std::uint8_t, 32> publicKey{};
    crypto_sign_seed_keypair(publicKey.data(), key.m_expanded.data(), bytes.data());
    if (bytes.size() == 64 && !std::equal(publicKey.begin(), publicKey.end(), bytes.begin() + 32))
        return fail(ErrorKind::InvalidInput,
                    "the two halves of the 64-byte private key do not belong together");
    return key;
}

SecretKey SecretKey::generate() {
    ensureSodium();
    SecretKey key;
    std::array<std::uint8_t, 32> publicKey{};
    crypto_sign_keypair(publicKey.data(), key.m_expanded.data());
    return key;
}

SecretKey::SecretKey(SecretKey &&other) noexcept : m_expanded(other.m_expanded) {
    wipe(other.m_expanded.data(), other.m_expanded.size());
}

SecretKey &SecretKey::operator=(SecretKey &&other) noexcept {
    if (this != &other) {
        m_expanded = other.m_expanded;
        wipe(other.m_expanded.data(), other.m_expanded.size());
    }
    return *this;
}

SecretKey::~SecretKey() {
    wipe(m_expanded.data(), m_expanded.size());
}

SecretKey SecretKey::clone() const {
    SecretKey copy;
    copy.m_expanded = m_expanded;
    return copy;
}

PublicKey SecretKey::publicKey() const {
    PublicKey key;
    std::copy(m_expanded.begin() + 32, m_expanded.end(), key.bytes.begin());
    return key;
}

Signature SecretKey::sign(std::string_view message) const {
    Signature signature;
    crypto_sign_detached(signature.bytes.data(), nullptr,
                         reinterpret_cast<const unsigned char *>(message.data()), message.size(),
                         m_expanded.data());
    return signature;
}

SecretKey SecretKey::deriveAgentKey(std::uint32_t index) const {
    const std::array<std::uint8_t, 4> bigEndian{
        static_cast<std::uint8_t>(index >> 24), static_cast<std::uint8_t>(index >> 16),
        static_cast<std::uint8_t>(index >> 8), static_cast<std::uint8_t>(index)};
    std::array<std::uint8_t, 64> digest{};
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, m_expanded.data(), 32);
    crypto_hash_sha512_update(&state,
                              reinterpret_cast<const unsigned char *>(kDerivationLabel.data()),
                              kDerivationLabel.size());
    crypto_hash_sha512_update(&state, bigEndian.data(), bigEndian.size());
    crypto_hash_sha512_final(&state, digest.data());
    SecretKey key;
    std::array<std::uint8_t, 32> publicKey{};
    crypto_sign_seed_keypair(publicKey.data(), key.m_expanded.data(), digest.data());
    wipe(digest.data(), digest.size());
    wipe(&state, sizeof state);
    return key;
}

std::span<const std::uint8_t, 32> SecretKey::seed() const {
    return std::span<const std::uint8_t, 64>(m_expanded).first<32>();
}

} // namespace heartline::identity
