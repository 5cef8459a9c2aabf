// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/flap_counter.h"

namespace heartline::liveness {

void FlapCounter::transition(MonoTime at) {
    m_transitions.push_back(at);
    if (m_transitions.size() > 4 * kEnter)
        m_transitions.pop_front();
}

bool FlapCounter::update(MonoTime now, Nanoseconds window) {
    while (!m_transitions.empty() && now - m_transitions.front() >= window)
        m_transitions.pop_front();
    const bool before = m_flapping;
    m_flapping = m_transitions.size() > (m_flapping ? kLeave : kEnter - 1);
    return m_flapping != before;
}

std::optional<MonoTime> FlapCounter::dueAt(Nanoseconds window) const {
    if (!m_flapping || m_transitions.size() <= kLeave)
        return std::nullopt;
    return m_transitions[m_transitions.size() - kLeave - 1] + window;
}

} // namespace heartline::liveness
