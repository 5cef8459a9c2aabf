// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartline::identity {

/// Standard base64 with padding.
[[nodiscard]] std::string toBase64(std::span<const std::uint8_t> bytes);

/// Strict: standard alphabet, padded, nothing else. At most 4 KiB of text.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> fromBase64(std::string_view text);

/// As operators' files need it (TypeScript tools write and accept these): also the URL alphabet
/// and missing padding.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> fromBase64Lenient(std::string_view text);

[[nodiscard]] std::string toHex(std::span<const std::uint8_t> bytes);

/// Prefix that registries put before keys and signatures on the wire.
inline constexpr std::string_view kAlgorithmPrefix = "ed25519:";

} // namespace heartline::identity
