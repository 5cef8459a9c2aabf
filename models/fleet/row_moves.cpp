// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/row_moves.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace heartline::fleet {

std::vector<int> placed(const std::vector<int> &order, std::vector<int> changed,
                        const Before &before) {
    const std::unordered_set<int> moving(changed.begin(), changed.end());
    std::vector<int> staying;
    staying.reserve(order.size());
    std::copy_if(order.begin(), order.end(), std::back_inserter(staying),
                 [&](int agent) { return !moving.contains(agent); });
    std::sort(changed.begin(), changed.end(), before);
    std::vector<int> target;
    target.reserve(order.size());
    std::merge(staying.begin(), staying.end(), changed.begin(), changed.end(),
               std::back_inserter(target), before);
    return target;
}

std::vector<std::pair<int, int>> movesTo(const std::vector<int> &target, std::vector<int> order,
                                         const std::vector<int> &changed) {
    const std::unordered_set<int> moving(changed.begin(), changed.end());
    std::vector<std::pair<int, int>> moves;
    // In the order of the target, each goes behind the one before it, which stands right already.
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (!moving.contains(target[i]))
            continue;
        const auto from = std::find(order.begin(), order.end(), target[i]);
        const auto behind = i == 0
                                ? order.begin()
                                : std::next(std::find(order.begin(), order.end(), target[i - 1]));
        if (from == behind)
            continue;
        const auto row = [&](auto it) { return static_cast<int>(it - order.begin()); };
        if (from < behind) {
            moves.emplace_back(row(from), row(behind) - 1);
            std::rotate(from, std::next(from), behind);
        } else {
            moves.emplace_back(row(from), row(behind));
            std::rotate(behind, from, std::next(from));
        }
    }
    return moves;
}

} // namespace heartline::fleet
