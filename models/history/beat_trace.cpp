// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/beat_trace.h"

#include <algorithm>

namespace heartline::history {

void BeatTrace::addBeat(MonoTime at) {
    const auto place = std::lower_bound(m_beats.begin(), m_beats.end(), at);
    if (place == m_beats.end() || *place != at)
        m_beats.insert(place, at);
    forgetBefore(std::max(at, m_beats.back()));
}

void BeatTrace::beginUnobserved(MonoTime at) {
    if (!m_blindSince)
        m_blindSince = at;
}

void BeatTrace::endUnobserved(MonoTime at) {
    if (!m_blindSince)
        return;
    if (at > *m_blindSince)
        m_unobserved.push_back({*m_blindSince, at});
    m_blindSince.reset();
}

void BeatTrace::forgetBefore(MonoTime now) {
    const MonoTime edge = now - m_window;
    while (m_beats.size() > 1 && m_beats[1] < edge)
        m_beats.pop_front();
    while (!m_unobserved.empty() && m_unobserved.front().to < edge)
        m_unobserved.pop_front();
}

std::deque<BeatTrace::Interval> BeatTrace::unobserved(MonoTime now) const {
    std::deque<Interval> all = m_unobserved;
    if (m_blindSince && now > *m_blindSince)
        all.push_back({*m_blindSince, now});
    return all;
}

} // namespace heartline::history
