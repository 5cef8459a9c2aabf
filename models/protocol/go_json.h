// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/json.h"

namespace heartline::protocol {

/// One line of JSON as the deployed registry writes its answers: members in the given order, `<`,
/// `>` and `&` as \u escapes, a newline at the end (seen in its answers).
[[nodiscard]] std::string toGoJsonLine(const Json &value);

} // namespace heartline::protocol
