// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/developer_proof.h"

#include <optional>

namespace heartline::identity {

/// What a key file says of where its key came from; three shapes are in use.
struct DerivedFrom {
    std::optional<PublicKey> developerPublicKey;
    std::optional<std::uint32_t> index;
    std::optional<Signature> developerSignature;
};

/// A `developer.json`, `keypair.json` or `agent-<n>.json`: `{public_key, private_key,
/// derived_from?}`, base64 without prefix, private keys of 32 or 64 bytes. The public key is always
/// computed; `statedKeyDiffers` tells that the file states another one.
struct KeyFile {
    SecretKey key;
    std::optional<DerivedFrom> derivedFrom;
    bool statedKeyDiffers = false;
    /// Readable by group or others: worth a warning.
    bool looseMode = false;
};

/// Errors name the file and what to do. The bytes read are wiped.
[[nodiscard]] Result<KeyFile> readKeyFile(const std::string &path);

/// 32-byte form, mode 0600, never over an existing file.
[[nodiscard]] Result<void> writeKeyFile(const std::string &path, const SecretKey &key,
                                        const std::optional<DerivedFrom> &derivedFrom = {});

} // namespace heartline::identity
