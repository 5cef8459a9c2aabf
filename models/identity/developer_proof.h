// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/secret_key.h"

namespace heartline::identity {

/// A developer's statement "this agent key is mine". The signature is over the agent's public key
/// bytes and `entityIndex` as big-endian uint32. It proves that the developer authorised the key,
/// not that the key was derived at that index.
struct DeveloperProof {
    PublicKey developerPublicKey;
    std::uint32_t entityIndex = 0;
    Signature developerSignature;

    [[nodiscard]] static DeveloperProof make(const SecretKey &developer, const PublicKey &agent,
                                             std::uint32_t index);
    [[nodiscard]] bool isValidFor(const PublicKey &agent) const;
};

} // namespace heartline::identity
