// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace heartline::fuzz {

/// The fuzzer's bytes as text.
inline std::string_view text(const std::uint8_t *data, std::size_t size) {
    return {reinterpret_cast<const char *>(data), size};
}

/// Ends the run when it does not hold.
inline void expect(bool holds) {
    if (!holds)
        std::abort();
}

} // namespace heartline::fuzz
