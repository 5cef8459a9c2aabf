// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "node/routes.h"

namespace heartline::node {

// The parts of `/v1/entities` that have files of their own.

[[nodiscard]] http::Response registerEntity(NodeState &state, const http::Request &request);
/// A page of all, made piece by piece.
[[nodiscard]] http::Response listEntities(NodeState &state, const http::Request &request);

/// Limits on what an owner may write, which the deployed registry's are part of; the text of the
/// error, or nothing.
[[nodiscard]] std::optional<std::string> limitBroken(const EntityRow &row);

} // namespace heartline::node
