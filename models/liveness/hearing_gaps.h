// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <deque>
#include <optional>

namespace heartline::liveness {

/// The stretches of time in which a registry may have heard nobody, whatever the reason: our link,
/// a restart, a freeze, its database. Silence counts only outside of them. Bounded: of very many
/// the oldest are forgotten, which at worst accuses earlier one that was silent throughout.
class HearingGaps {
public:
    struct Gap {
        MonoTime from;
        MonoTime to;
    };

    /// One that begins where the last one does, or before, replaces it. MonoTime::min(): nothing is
    /// known of the time before.
    void add(Gap gap);
    /// The last one turned out to be none.
    void dropLast();
    [[nodiscard]] std::optional<Gap> last() const;
    /// The oldest first.
    [[nodiscard]] const std::deque<Gap> &all() const { return m_gaps; }

    /// How much of the time between two moments the registry was hearing.
    [[nodiscard]] Nanoseconds heardBetween(MonoTime from, MonoTime to) const;
    /// The same, outside of another's stretches as well.
    [[nodiscard]] Nanoseconds heardBetween(MonoTime from, MonoTime to,
                                           const HearingGaps &also) const;

    static constexpr std::size_t kKept = 64;

private:
    std::deque<Gap> m_gaps; // the oldest first
};

} // namespace heartline::liveness
