// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/json.h"

namespace heartline::protocol {

/// As Go writes JSON even where it escapes nothing else: U+2028 and U+2029 as \u escapes. The
/// deployed registry verifies signatures over that (seen: one over the plain characters is 401).
[[nodiscard]] std::string withGoLineSeparators(const std::string &text);

/// One line of JSON as the deployed registry writes its answers: members in the given order, `<`,
/// `>`, `&` and line separators as \u escapes, a newline at the end (seen in its answers).
[[nodiscard]] std::string toGoJsonLine(const Json &value);

} // namespace heartline::protocol
