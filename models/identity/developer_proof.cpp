// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/developer_proof.h"

namespace heartline::identity {

namespace {

std::string signedBytes(const PublicKey &agent, std::uint32_t index) {
    std::string bytes(agent.bytes.begin(), agent.bytes.end());
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>(static_cast<std::uint8_t>(index >> shift)));
    return bytes;
}

} // namespace

DeveloperProof DeveloperProof::make(const SecretKey &developer, const PublicKey &agent,
                                    std::uint32_t index) {
    return {developer.publicKey(), index, developer.sign(signedBytes(agent, index))};
}

bool DeveloperProof::isValidFor(const PublicKey &agent) const {
    return developerPublicKey.verifies(signedBytes(agent, entityIndex), developerSignature);
}

} // namespace heartline::identity
