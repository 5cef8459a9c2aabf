// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string_view>

namespace heartline {

enum class FileAccess { Public, OwnerOnly };
enum class IfExists { Replace, Refuse };

/// Writes the whole file or nothing; OwnerOnly gives mode 0600 from the first byte on. Missing
/// folders are made (0700 for OwnerOnly).
[[nodiscard]] Result<void> writeFileAtomically(const std::string &path, std::string_view content,
                                               FileAccess access, IfExists ifExists);

/// Refuses files over `maxBytes` instead of reading a part.
[[nodiscard]] Result<std::string> readFile(const std::string &path, std::size_t maxBytes);

} // namespace heartline
