// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <algorithm>
#include <array>

namespace heartline::liveness {

/// The last few beats of one agent, by their stamps' whole seconds.
class StampMemory {
public:
    void keep(UtcTime stamp) {
        m_seconds[m_next] = std::chrono::floor<std::chrono::seconds>(stamp);
        m_next = (m_next + 1) % m_seconds.size();
    }
    /// It was kept, give or take the second by which an event and a record of one beat differ.
    [[nodiscard]] bool holds(UtcTime stamp) const {
        const auto second = std::chrono::floor<std::chrono::seconds>(stamp);
        return std::any_of(m_seconds.begin(), m_seconds.end(), [&](const auto &kept) {
            return second <= kept && second >= kept - std::chrono::seconds(1);
        });
    }

private:
    std::array<std::chrono::sys_seconds, 8> m_seconds{};
    std::size_t m_next = 0;
};

} // namespace heartline::liveness
