// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

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
    /// When it was heard of, if it was kept; give or take the second by which an event and a record
    /// of one beat differ. Of several, as after a clock was set back, the last.
    [[nodiscard]] std::optional<MonoTime> heardAt(UtcTime stamp) const {
        const auto back = find(stamp);
        return back ? std::optional(kept(*back).heardAt) : std::nullopt;
    }
    /// When the beat after that one was heard, which is `last` where that one was kept last;
    /// nothing where it was not kept.
    [[nodiscard]] std::optional<MonoTime> heardAfter(UtcTime stamp, MonoTime last) const {
        const auto back = find(stamp);
        if (!back)
            return std::nullopt;
        return *back == 0 ? last : kept(*back - 1).heardAt;
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
    /// The one that was kept so many before the last.
    [[nodiscard]] const Kept &kept(std::size_t back) const {
        return m_kept[(m_next + m_kept.size() - 1 - back) % m_kept.size()];
    }
    [[nodiscard]] std::optional<std::size_t> find(UtcTime stamp) const {
        for (std::size_t back = 0; back < m_kept.size(); ++back)
            if (isSame(kept(back), stamp))
                return back;
        return std::nullopt;
    }
    std::array<Kept, 8> m_kept{};
    std::size_t m_next = 0;
};

} // namespace heartline::liveness
