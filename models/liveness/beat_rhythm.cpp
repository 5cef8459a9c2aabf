// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/beat_rhythm.h"

#include <algorithm>

namespace heartline::liveness {

namespace {
/// Of the period: the mean gap of a single process is 1, that of two is a half; 22 s of 30 is the
/// border.
constexpr double kBorder = 22.0 / 30.0;
} // namespace

void BeatRhythm::beat(MonoTime at) {
    m_beats[m_next] = at;
    m_next = (m_next + 1) % m_beats.size();
    m_count = std::min(m_count + 1, m_beats.size());
}

bool BeatRhythm::isDoubled(Nanoseconds period) const {
    if (m_count < m_beats.size())
        return false;
    const MonoTime newest = m_beats[(m_next + m_beats.size() - 1) % m_beats.size()];
    const MonoTime oldest = m_beats[m_next];
    return toSeconds(newest - oldest) < toSeconds(period) * kBorder * static_cast<double>(kGaps);
}

} // namespace heartline::liveness
