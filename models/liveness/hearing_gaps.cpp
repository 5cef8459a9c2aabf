// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/hearing_gaps.h"

#include <algorithm>

namespace heartline::liveness {

void HearingGaps::add(Gap gap) {
    // They never overlap, so that no time is left out twice.
    while (!m_gaps.empty() && m_gaps.back().from >= gap.from)
        m_gaps.pop_back();
    if (!m_gaps.empty())
        gap.from = std::max(gap.from, m_gaps.back().to);
    if (gap.to <= gap.from)
        return;
    m_gaps.push_back(gap);
    if (m_gaps.size() > kKept)
        m_gaps.pop_front();
}

void HearingGaps::dropLast() {
    if (!m_gaps.empty())
        m_gaps.pop_back();
}

std::optional<HearingGaps::Gap> HearingGaps::last() const {
    return m_gaps.empty() ? std::nullopt : std::optional(m_gaps.back());
}

Nanoseconds HearingGaps::heardBetween(MonoTime from, MonoTime to, const HearingGaps &also) const {
    Nanoseconds heard = also.heardBetween(from, to);
    for (const Gap &gap : m_gaps) // less what lies in these alone
        heard -= also.heardBetween(std::max(gap.from, from), std::min(gap.to, to));
    return heard;
}

Nanoseconds HearingGaps::heardBetween(MonoTime from, MonoTime to) const {
    if (to <= from)
        return 0ns;
    Nanoseconds heard = to - from;
    for (const Gap &gap : m_gaps)
        if (gap.from < to && gap.to > from)
            heard -= std::min(gap.to, to) - std::max(gap.from, from);
    return heard;
}

} // namespace heartline::liveness
