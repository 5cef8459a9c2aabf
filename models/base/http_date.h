// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace heartline {

/// The one form of HTTP dates that servers write (RFC 9110, IMF-fixdate): `Tue, 24 Nov 2026
/// 08:59:11 GMT`. Nothing for another form, and for a year before 1970 or after 2200.
[[nodiscard]] std::optional<UtcTime> parseHttpDate(std::string_view text);

/// The same, cut to a second.
[[nodiscard]] std::string formatHttpDate(UtcTime time);

} // namespace heartline
