// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace heartline::identity {

/// An Ed25519 signature. On the wire: `ed25519:` and standard base64 of 64 bytes.
struct Signature {
    std::array<std::uint8_t, 64> bytes{};

    [[nodiscard]] static Result<Signature> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
};

} // namespace heartline::identity
