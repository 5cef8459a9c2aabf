// SPDX-License-Identifier: GPL-3.0-or-later
// Which records to read next, and when: the part of the core that spends the request budget.
#include "liveness/core.h"

#include <algorithm>

namespace heartline::liveness {

namespace {

/// Real seconds after which a read that was never answered counts as lost.
constexpr auto kReadLost = std::chrono::seconds(20);
/// So many due at once are read by lists.
constexpr std::size_t kListWorthwhile = 8;

} // namespace

Core::Need Core::readNeed(const Watch &watch, const RegistryView &view, MonoTime now) const {
    if (watch.readPendingSince && now - *watch.readPendingSince < kReadLost)
        return Need::None;
    if (now < watch.notBefore)
        return Need::None;
    if (watch.judgement.needsConfirmation)
        return Need::Confirm;
    const Evidence &evidence = watch.evidence;
    if (watch.readWanted || !evidence.recordReadAt)
        return Need::Soon;
    const Nanoseconds sinceRead = now - *evidence.recordReadAt;
    switch (watch.judgement.state) {
    case AgentState::Active:
    case AgentState::Late: {
        // An event may have been dropped: ask before anybody is called late.
        const auto age = watch.judgement.age;
        const bool quiet = age && age->middle() > m_thresholds.period + m_thresholds.paced(5);
        const double again = view.link == LinkState::PollingOnly ? 10 : 12;
        if (quiet && sinceRead > m_thresholds.paced(again))
            return Need::Soon;
        break;
    }
    case AgentState::Stale:
    case AgentState::Unknown:
        if (sinceRead > m_thresholds.paced(15))
            return Need::Soon;
        break;
    case AgentState::Inactive:
    case AgentState::Registered:
        if (sinceRead > m_thresholds.paced(60))
            return Need::Routine;
        break;
    case AgentState::Deregistered:
        break;
    }
    return sinceRead > m_thresholds.paced(300) ? Need::Routine : Need::None;
}

void Core::scheduleReads(RegistryIndex registry, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[registry];
    if (!isSighted(view.link))
        return;
    std::vector<std::pair<Need, WatchIndex>> due;
    bool confirming = false;
    for (const WatchIndex index : view.watches) {
        const Need need = readNeed(m_watches[index], view, now);
        if (need == Need::None)
            continue;
        due.emplace_back(need, index);
        confirming = confirming || need == Need::Confirm;
    }
    const bool listOut = view.listPendingSince && now - *view.listPendingSince < kReadLost;
    const bool listDue = view.listWanted || due.size() > kListWorthwhile ||
                         now - view.lastListAt > m_thresholds.paced(120);
    // The first list after sight comes back goes at once, later ones keep a distance.
    const bool firstList = view.sight.since && view.lastListAt <= *view.sight.since;
    const bool listRested =
        firstList || now - view.lastListAt >= m_thresholds.paced(confirming ? 0.5 : 3);
    if (listDue && !listOut && listRested && view.budget.take(now, confirming)) {
        view.listPendingSince = now;
        effects.emplace_back(effect::ReadList{registry});
        if (due.size() > kListWorthwhile)
            return; // the list may answer them all
    }
    if (listOut && due.size() > kListWorthwhile)
        return;
    std::stable_sort(due.begin(), due.end(),
                     [](const auto &a, const auto &b) { return a.first > b.first; });
    for (const auto &[need, index] : due) {
        if (!view.budget.take(now, confirming))
            return;
        m_watches[index].readPendingSince = now;
        effects.emplace_back(
            effect::ReadRecord{registry, m_watches[index].entityId, need == Need::Confirm});
    }
}

} // namespace heartline::liveness
