// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace heartline::fleet {

/// "Goes before": a strict order over agents.
using Before = std::function<bool(int a, int b)>;

/// The rows `order` with the `changed` ones among them where they belong now. The others must be in
/// order. Linear in the rows, but for the changed ones.
[[nodiscard]] std::vector<int> placed(const std::vector<int> &order, std::vector<int> changed,
                                      const Before &before);

/// Moves of single rows that make `target` of `order`, of which only the `changed` ones move; each
/// is from and to as std::rotate would have it: the row is taken out and put in at `to`.
[[nodiscard]] std::vector<std::pair<int, int>>
movesTo(const std::vector<int> &target, std::vector<int> order, const std::vector<int> &changed);

} // namespace heartline::fleet
