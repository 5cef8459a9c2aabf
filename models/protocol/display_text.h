// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace heartline::protocol {

/// Text from the network made fit for a screen or a log: at most `maxCharacters` code points (cut
/// with an ellipsis), control characters, line breaks and direction overrides replaced by a space,
/// invalid UTF-8 by U+FFFD.
[[nodiscard]] std::string displayText(std::string_view text, std::size_t maxCharacters);

/// Unicode code points in UTF-8 text.
[[nodiscard]] std::size_t characterCount(std::string_view text);

} // namespace heartline::protocol
