// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace heartline::protocol {

/// The texts of the elements of the array that is the member `name` of the outermost object, found
/// by quotes and brackets alone: for lists of which one element cannot be decoded. Nothing where
/// there is no such array, or it has no end; a null is an array of none.
[[nodiscard]] std::optional<std::vector<std::string_view>> splitArrayMember(std::string_view object,
                                                                            std::string_view name);

} // namespace heartline::protocol
