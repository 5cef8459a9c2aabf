// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/authorization.h"

namespace heartline::node {

namespace {

constexpr std::string_view kAgentScheme = "Bearer ";
constexpr std::string_view kDeveloperScheme = "Bearer-Dev ";

tl::unexpected<Error> refuse(std::string_view why) {
    return fail(ErrorKind::Unauthorized, "ownership verification failed: " + std::string(why));
}

} // namespace

Result<void> verifyBearer(const identity::PublicKey &key, std::string_view data,
                          std::string_view header) {
    if (header.empty())
        return refuse("missing Authorization header");
    if (header.starts_with(kDeveloperScheme))
        header.remove_prefix(kDeveloperScheme.size());
    else if (header.starts_with(kAgentScheme))
        header.remove_prefix(kAgentScheme.size());
    else
        return refuse("Authorization header must use Bearer or Bearer-Dev scheme");
    const auto signature = identity::Signature::parse(header);
    if (!signature || !key.verifies(data, *signature))
        return refuse("invalid ownership signature");
    return {};
}

Result<void> verifyOwnership(const NodeState &state, const EntityRow &row, std::string_view data,
                             std::string_view header) {
    if (!header.starts_with(kDeveloperScheme))
        return verifyBearer(row.publicKey, data, header);
    const DeveloperRow *developer = state.developer(row.developerId);
    if (!developer)
        return refuse("developer not found");
    const auto key = identity::PublicKey::parse(developer->publicKeyText);
    return key ? verifyBearer(*key, data, header) : refuse("developer not found");
}

} // namespace heartline::node
