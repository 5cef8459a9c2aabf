// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <algorithm>
#include <array>
#include <optional>

namespace heartline::liveness {

/// The last few beats of one agent, by their stamps' whole seconds, and when they were heard of.
class StampMemory {
public:
    void keep(UtcTime stamp, MonoTime heardAt) {
        m_kept[m_next] = {std::chrono::floor<std::chrono::seconds>(stamp), heardAt};
        m_next = (m_next + 1) % m_kept.size();
    }
    /// It was kept, give or take the second by which an event and a record of one beat differ.
    [[nodiscard]] bool holds(UtcTime stamp) const {
        return std::any_of(m_kept.begin(), m_kept.end(),
                           [&](const Kept &kept) { return isSame(kept, stamp); });
    }
    /// When the beat after that one was heard, which is `last` where that one was kept last;
    /// nothing where it was not kept.
    [[nodiscard]] std::optional<MonoTime> heardAfter(UtcTime stamp, MonoTime last) const {
        for (std::size_t i = 0; i < m_kept.size(); ++i) {
            const std::size_t next = (i + 1) % m_kept.size();
            if (isSame(m_kept[i], stamp))
                return next == m_next ? last : m_kept[next].heardAt;
        }
        return std::nullopt;
    }

private:
    struct Kept {
        std::chrono::sys_seconds second;
        MonoTime heardAt;
    };
    static bool isSame(const Kept &kept, UtcTime stamp) {
        const auto second = std::chrono::floor<std::chrono::seconds>(stamp);
        return second <= kept.second && second >= kept.second - std::chrono::seconds(1);
    }
    std::array<Kept, 8> m_kept{};
    std::size_t m_next = 0;
};

} // namespace heartline::liveness
