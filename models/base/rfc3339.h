// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace heartline {

/// RFC 3339 date-time with `Z` or a numeric offset, with up to nine digits of fraction (more are
/// cut, never rounded up). Strict: no spaces, no lower-case letters, no leap second, years 1970 to
/// 2261 (64 bits of nanoseconds hold any difference). Nothing on any other text.
[[nodiscard]] std::optional<UtcTime> parseRfc3339(std::string_view text);

/// `2026-03-12T10:00:30Z`, cut to whole seconds as registries write it.
[[nodiscard]] std::string formatRfc3339(UtcTime time);

/// With the fraction, trailing zeros left out, as the activity stream writes it.
[[nodiscard]] std::string formatRfc3339Nanos(UtcTime time);

/// `2026-03-12T10:00:30.123Z`.
[[nodiscard]] std::string formatRfc3339Millis(UtcTime time);

} // namespace heartline
