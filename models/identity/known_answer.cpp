// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/known_answer.h"

#include "identity/entity_id.h"
#include "identity/secret_key.h"

namespace heartline::identity {

Result<void> runKnownAnswerTest() {
    std::array<std::uint8_t, 32> seed{};
    for (std::size_t i = 0; i < seed.size(); ++i)
        seed[i] = static_cast<std::uint8_t>(i + 1);
    const auto wrong = [](const char *what) {
        return fail(ErrorKind::Unsupported, std::string("self-test failed: ") + what +
                                                " gives a wrong result on this machine; check the "
                                                "libsodium installation");
    };
    const auto developer = SecretKey::fromBytes(seed);
    if (!developer || makeId(IdKind::Developer, developer->publicKey()) !=
                          "zns:dev:65b60673d6ed884bf01c2c222d82ada0")
        return wrong("key computation");
    const SecretKey agent = developer->deriveAgentKey(7);
    if (makeId(IdKind::Agent, agent.publicKey()) != "zns:4dd73217333e820890a9ab08d3e4b5c6")
        return wrong("key derivation");
    Signature signature = agent.sign("2026-03-12T10:00:30Z");
    if (!agent.publicKey().verifies("2026-03-12T10:00:30Z", signature))
        return wrong("signing");
    signature.bytes[5] ^= 1;
    if (agent.publicKey().verifies("2026-03-12T10:00:30Z", signature))
        return wrong("verifying");
    return {};
}

} // namespace heartline::identity
