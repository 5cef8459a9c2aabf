// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace heartline::protocol {

/// For objects that are too large to be built as a whole, or of which one part cannot be decoded.
/// Both go by quotes and brackets alone.

/// The text of the value of the member `name` of the outermost object. Nothing where there is none,
/// or it has no end.
[[nodiscard]] std::optional<std::string_view> memberText(std::string_view object,
                                                         std::string_view name);

/// Tells the names, as they are written, and the texts of the values of all members of an object.
/// False where it is no object, has no end, or is followed by anything.
[[nodiscard]] bool
forEachMember(std::string_view object,
              const std::function<void(std::string_view name, std::string_view value)> &take);

/// The texts of an array's elements, of more than `most` one more than that. A null is an array of
/// none. Nothing where it is no array, or has no end.
[[nodiscard]] std::optional<std::vector<std::string_view>> splitArray(std::string_view array,
                                                                      std::size_t most);

} // namespace heartline::protocol
