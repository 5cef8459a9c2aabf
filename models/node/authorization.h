// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "node/node_state.h"

namespace heartline::node {

/// Checks `Authorization: Bearer ed25519:…` (the entity's key) or `Bearer-Dev ed25519:…` (its
/// developer's) over `data`. The error's text is the deployed registry's.
[[nodiscard]] Result<void> verifyOwnership(const NodeState &state, const EntityRow &row,
                                           std::string_view data, std::string_view header);

/// The same where only one key can be meant.
[[nodiscard]] Result<void> verifyBearer(const identity::PublicKey &key, std::string_view data,
                                        std::string_view header);

} // namespace heartline::node
