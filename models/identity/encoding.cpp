// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/encoding.h"

#include <sodium.h>

namespace heartline::identity {

namespace {

std::optional<std::vector<std::uint8_t>> decode(std::string_view text, int variant) {
    if (text.size() > 4096)
        return std::nullopt;
    std::vector<std::uint8_t> bytes(text.size() / 4 * 3 + 3);
    std::size_t length = 0;
    const char *end = nullptr;
    if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length,
                          &end, variant) != 0 ||
        end != text.data() + text.size()) {
        sodium_memzero(bytes.data(), bytes.size());
        return std::nullopt;
    }
    bytes.resize(length);
    return bytes;
}

} // namespace

std::string toBase64(std::span<const std::uint8_t> bytes) {
    const std::size_t size =
        sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    std::string text(size, '\0');
    sodium_bin2base64(text.data(), size, bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back(); // the terminating zero
    return text;
}

std::optional<std::vector<std::uint8_t>> fromBase64(std::string_view text) {
    return decode(text, sodium_base64_VARIANT_ORIGINAL);
}

std::optional<std::vector<std::uint8_t>> fromBase64Lenient(std::string_view text) {
    const bool url = text.find_first_of("-_") != std::string_view::npos;
    const bool padded = text.ends_with('=');
    if (url)
        return decode(text, padded ? sodium_base64_VARIANT_URLSAFE
                                   : sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (padded || text.size() % 4 == 0)
        return decode(text, sodium_base64_VARIANT_ORIGINAL);
    return decode(text, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
}

std::string toHex(std::span<const std::uint8_t> bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

} // namespace heartline::identity
