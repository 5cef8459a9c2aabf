// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/public_key.h"

#include "identity/encoding.h"
#include "identity/sodium.h"

#include <algorithm>
#include <sodium.h>

namespace heartline::identity {

Result<PublicKey> PublicKey::parse(std::string_view text) {
    if (!text.starts_with(kAlgorithmPrefix))
        return fail(ErrorKind::InvalidInput, "public key does not start with ed25519:");
    const auto bytes = fromBase64(text.substr(kAlgorithmPrefix.size()));
    if (!bytes || bytes->size() != 32)
        return fail(ErrorKind::InvalidInput, "public key is not base64 of 32 bytes");
    PublicKey key;
    std::copy(bytes->begin(), bytes->end(), key.bytes.begin());
    return key;
}

std::string PublicKey::text() const {
    return std::string(kAlgorithmPrefix) + toBase64(bytes);
}

bool PublicKey::verifies(std::string_view message, const Signature &signature) const {
    ensureSodium();
    return crypto_sign_verify_detached(signature.bytes.data(),
                                       reinterpret_cast<const unsigned char *>(message.data()),
                                       message.size(), bytes.data()) == 0;
}

} // namespace heartline::identity
