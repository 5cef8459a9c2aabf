// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/signature.h"

#include "identity/encoding.h"

#include <algorithm>

namespace heartline::identity {

Result<Signature> Signature::parse(std::string_view text) {
    if (!text.starts_with(kAlgorithmPrefix))
        return fail(ErrorKind::InvalidInput, "signature does not start with ed25519:");
    const auto bytes = fromBase64(text.substr(kAlgorithmPrefix.size()));
    if (!bytes || bytes->size() != 64)
        return fail(ErrorKind::InvalidInput, "signature is not base64 of 64 bytes");
    Signature signature;
    std::copy(bytes->begin(), bytes->end(), signature.bytes.begin());
    return signature;
}

std::string Signature::text() const {
    return std::string(kAlgorithmPrefix) + toBase64(bytes);
}

} // namespace heartline::identity
