// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/link.h"

#include <algorithm>
#include <utility>

namespace heartline::simulation {

bool Link::refusedBetween(Nanoseconds from, Nanoseconds to) const {
    return std::any_of(m_refusals.begin(), m_refusals.end(),
                       [&](Nanoseconds at) { return at >= from && at < to; });
}

void Link::noteGoodRead(bool wiped) {
    if (!wiped)
        m_lastGoodRead = m_queue.now();
}

void Link::noteRecords(bool wiped) {
    noteGoodRead(wiped);
    m_firstGoodRead = m_firstGoodRead.value_or(m_queue.now());
}

void Link::noteAsked(int agent) {
    if (agent == weather.ill) {
        if (std::exchange(m_illRead, agent) != agent)
            m_firstIllRead = m_queue.now();
    } else if (weather.ill < 0) {
        m_illRead = -1;
    }
}

void Link::noteSight() {
    m_firstGoodRead.reset();
    if (onSight)
        onSight(m_blindFrom);
}

} // namespace heartline::simulation
