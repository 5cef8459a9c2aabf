// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/census.h"

#include <algorithm>

namespace heartline::liveness {

void Census::begin(WatchIndex watch, bool lower, Incidents &told) {
    const AgentIndex agent = m_roster.agentOf(watch);
    const bool first = lower ? m_openThere.insert(watch).second : m_open.insert(agent).second;
    if (first)
        told.push_back({agent, watch, lower, true, false});
}

void Census::endIfOver(WatchIndex watch, bool gone, MonoTime now, Incidents &told) {
    const AgentIndex agent = m_roster.agentOf(watch);
    if (!m_open.contains(agent) || standing(agent).alerted)
        return;
    m_open.erase(agent);
    m_backAt[agent] = now;
    told.push_back({agent, watch, false, false, gone});
}

void Census::weighOthers(WatchIndex changed, Incidents &told) {
    // Where it beats again somewhere, those that do not hear it are silent alone; and where it ends
    // at the last that heard it, they are not.
    const auto &watches = m_roster.watchesOf(m_roster.agentOf(changed));
    const bool ended = m_core.watch(changed).judgement.state == AgentState::Deregistered;
    for (const WatchIndex other : watches) {
        const Watch &watch = m_core.watch(other);
        if (other == changed || !watch.alerted)
            continue;
        if (watch.evidence.neverBeat() && (!ended || beatsElsewhere(m_core, watches, other)))
            continue;
        const bool lower = aliveElsewhere(m_core, watches, other);
        if (lower || ended) // otherwise nothing is known just now of where it was heard
            begin(other, lower, told);
    }
}

Census::Incidents Census::take(const effect::AlertRaised &raised) {
    Incidents told;
    const auto &watches = m_roster.watchesOf(m_roster.agentOf(raised.watch));
    if (!raised.neverBeat || !beatsElsewhere(m_core, watches, raised.watch)) {
        begin(raised.watch, aliveElsewhere(m_core, watches, raised.watch), told);
        return told;
    }
    // Where it never beat it was heard, perhaps, and so thought alive; it is not.
    for (const WatchIndex other : watches)
        if (m_core.watch(other).alerted && !m_core.watch(other).evidence.neverBeat())
            begin(other, aliveElsewhere(m_core, watches, other), told);
    return told;
}

Census::Incidents Census::take(const effect::AlertResolved &resolved, MonoTime now) {
    Incidents told;
    const bool gone = resolved.reason == effect::ResolveReason::Deregistered;
    endIfOver(resolved.watch, gone, now, told);
    if (m_openThere.erase(resolved.watch) > 0)
        told.push_back({m_roster.agentOf(resolved.watch), resolved.watch, true, false, gone});
    return told;
}

Census::Incidents Census::take(const effect::StateChanged &changed, MonoTime now) {
    // An end may have no effect of its own: it never beat at one registry, and is now known to beat
    // at another.
    Incidents told;
    const bool gone = changed.state == AgentState::Deregistered;
    endIfOver(changed.watch, gone, now, told);
    if (gone)
        weighOthers(changed.watch, told);
    return told;
}

Census::Incidents Census::take(const effect::BeatSeen &seen, MonoTime now) {
    Incidents told;
    const auto back = m_backAt.find(m_roster.agentOf(seen.watch));
    if (back == m_backAt.end() || now - back->second <= m_core.thresholds().stale)
        return told;
    if (m_core.watch(seen.watch).judgement.state == AgentState::Unknown)
        return told; // its registry cannot be read just now, so its next beat tells
    if (m_core.watch(seen.watch).alerted)
        return told; // that is the one which may be silent alone
    m_backAt.erase(back);
    weighOthers(seen.watch, told);
    return told;
}

Census::Incidents Census::restore() {
    Incidents told;
    for (WatchIndex watch = 0; watch < m_core.watchCount(); ++watch) {
        const Watch &restored = m_core.watch(watch);
        if (!restored.alerted)
            continue;
        bool beats = false;
        bool lives = false;
        for (const WatchIndex other : m_roster.watchesOf(m_roster.agentOf(watch))) {
            const Watch &there = m_core.watch(other);
            const bool beat = other != watch && there.evidence.everBeat && !there.evidence.gone;
            beats = beats || beat;
            lives = lives || (beat && !there.alerted);
        }
        if (restored.evidence.everBeat || !beats)
            begin(watch, lives, told);
    }
    return told;
}

} // namespace heartline::liveness
