// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <array>
#include <cstddef>

namespace heartline::liveness {

/// Tells from the spacing of beats whether two processes beat with one key. The registry evicts
/// neither: both beat, so that two combs of one period lie in each other and beats come about twice
/// as often, whatever the shift between the combs. Fed from the stream alone: records are too
/// coarse. Events that were dropped only make gaps longer, so they never fake a second process.
class BeatRhythm {
public:
    void beat(MonoTime at);
    /// A new connection sends a beat out of turn: counting starts anew.
    void connection() { m_count = 0; }
    /// `period` between two beats of one process.
    [[nodiscard]] bool isDoubled(Nanoseconds period) const;

    /// So many gaps are looked at together.
    static constexpr std::size_t kGaps = 6;

private:
    std::array<MonoTime, kGaps + 1> m_beats{};
    std::size_t m_next = 0;
    std::size_t m_count = 0;
};

} // namespace heartline::liveness
