// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/go_duration.h"

#include <array>
#include <cstdio>

namespace heartline::node {

std::string goDuration(Nanoseconds duration) {
    const long long total = duration.count();
    const long long hours = total / 3'600'000'000'000;
    const long long minutes = total / 60'000'000'000 % 60;
    std::array<char, 40> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "%lld.%09lld", total / 1'000'000'000 % 60,
                  total % 1'000'000'000);
    std::string text = seconds.data();
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    text += 's';
    if (hours > 0)
        return std::to_string(hours) + "h" + std::to_string(minutes) + "m" + text;
    return minutes > 0 ? std::to_string(minutes) + "m" + text : text;
}

} // namespace heartline::node
