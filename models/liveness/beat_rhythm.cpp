// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/beat_rhythm.h"

#include <algorithm>

namespace heartline::liveness {

namespace {
/// Of the period: the mean gap of a single process is 1, that of two is a half; 22 s of 30 is the
/// border.
constexpr double kBorder = 22.0 / 30.0;
} // namespace

void BeatRhythm::beat(UtcTime stamp) {
    m_stamps[m_next] = stamp;
    m_next = (m_next + 1) % m_stamps.size();
    m_count = std::min(m_count + 1, m_stamps.size());
}

bool BeatRhythm::isDoubled(Nanoseconds period) const {
    if (m_count < m_stamps.size())
        return false;
    const UtcTime newest = m_stamps[(m_next + m_stamps.size() - 1) % m_stamps.size()];
    const UtcTime oldest = m_stamps[m_next];
    return toSeconds(newest - oldest) < toSeconds(period) * kBorder * static_cast<double>(kGaps);
}

} // namespace heartline::liveness
