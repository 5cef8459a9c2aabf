// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace heartline::protocol {

using Json = nlohmann::ordered_json;

struct JsonLimits {
    std::size_t maxBytes = 1024 * 1024;
    std::size_t maxDepth = 32;
    /// Of one object, and of all objects and arrays together: what is built from a byte takes a
    /// hundred, and looking a member up in an object of n takes n steps.
    std::size_t maxMembers = 512;
    std::size_t maxElements = 20'000;
};

[[nodiscard]] bool isValidUtf8(std::string_view text);
/// With U+FFFD for every sequence that is no UTF-8.
[[nodiscard]] std::string withReplacements(std::string_view text);

/// Strict JSON (UTF-8, nothing after the value) whose outermost value is an object. Text over the
/// limits is refused before anything is built from it.
[[nodiscard]] Result<Json> parseObject(std::string_view text, JsonLimits limits = {});

/// One value of any type, as a part of a whole of which other parts may be ill: half surrogate
/// pairs become U+FFFD. Nothing where it cannot be decoded, or is over the limits.
[[nodiscard]] std::optional<Json> parsePart(std::string_view text, JsonLimits limits);

/// What signatures are made over: keys sorted by their bytes, no spaces, raw UTF-8, no HTML
/// escapes (watched: both SDKs and the deployed registry agree on this).
[[nodiscard]] std::string canonicalJson(const Json &value);

/// Reading of members that may be missing, null or of another type: nothing in each such case.
[[nodiscard]] std::optional<std::string> stringMember(const Json &object, const char *name);
[[nodiscard]] std::string stringOr(const Json &object, const char *name, std::string_view fallback);
[[nodiscard]] std::optional<std::int64_t> integerMember(const Json &object, const char *name);
[[nodiscard]] std::optional<UtcTime> timeMember(const Json &object, const char *name);
[[nodiscard]] bool boolOr(const Json &object, const char *name, bool fallback);
/// Strings of an array, others left out; at most `most`.
[[nodiscard]] std::vector<std::string> stringsMember(const Json &object, const char *name,
                                                     std::size_t most);

} // namespace heartline::protocol
