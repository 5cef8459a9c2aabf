// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/json.h"

#include <string>
#include <vector>

namespace heartline::test {

/// The whole file, or a fatal message.
[[nodiscard]] std::string fileText(const std::string &path);
[[nodiscard]] protocol::Json fileJson(const std::string &path);
/// The lines of a .jsonl file.
[[nodiscard]] std::vector<protocol::Json> fileLines(const std::string &path);

} // namespace heartline::test
