// SPDX-License-Identifier: GPL-3.0-or-later
// Which records to read next, and when to look again: the part of the core that spends the budgets.
#include "liveness/core.h"

#include <algorithm>

namespace heartline::liveness {

namespace {

/// Real seconds after which a read that was never answered counts as lost.
constexpr auto kReadLost = std::chrono::seconds(20);
/// More than so many due at once are read by list, or more than the list costs.
constexpr std::size_t kListWorthwhile = 8;
/// Ticks while reads wait for their budget.
constexpr auto kSpendInterval = std::chrono::milliseconds(250);
/// Two looks at one agent lie at least so far apart.
constexpr auto kLeastStep = std::chrono::milliseconds(20);

/// Seconds between two reads, at the network's own pace.
constexpr double kRoutineSeconds = 300;
constexpr double kQuietSeconds = 12;
constexpr double kQuietPollingSeconds = 10;
constexpr double kStaleSeconds = 15;
constexpr double kInactiveSeconds = 60;
constexpr double kListSeconds = 120;
constexpr double kPagingSeconds = 300;
/// An event may have been dropped: past a period and this, the record is asked.
constexpr double kQuietMarginSeconds = 5;

double rereadSeconds(AgentState state, LinkState link, bool quiet) {
    switch (state) {
    case AgentState::Active:
    case AgentState::Late:
        if (!quiet)
            return kRoutineSeconds;
        return link == LinkState::PollingOnly ? kQuietPollingSeconds : kQuietSeconds;
    case AgentState::Stale:
    case AgentState::Unknown:
        return kStaleSeconds;
    case AgentState::Inactive:
    case AgentState::Registered:
        return kInactiveSeconds;
    case AgentState::Deregistered:
        return kRoutineSeconds;
    }
    return kRoutineSeconds;
}

/// What a list costs, in single records: these go side by side, pages one after the other.
std::size_t listCost(const RegistryView &view) {
    const double perPage = 1 + toSeconds(view.roundTrip) * ReadBudget::kConfirmingRate;
    const double pages = static_cast<double>(view.listPages) * perPage;
    return std::max(kListWorthwhile, static_cast<std::size_t>(pages));
}

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
    const AgentState state = watch.judgement.state;
    const Nanoseconds sinceRead = now - *evidence.recordReadAt;
    const auto age = watch.judgement.age;
    const bool quiet =
        age && age->middle() > m_thresholds.period + m_thresholds.paced(kQuietMarginSeconds);
    if (sinceRead <= m_thresholds.paced(rereadSeconds(state, view.link, quiet)))
        return Need::None;
    const bool soon = (quiet && (state == AgentState::Active || state == AgentState::Late)) ||
                      state == AgentState::Stale || state == AgentState::Unknown;
    return soon ? Need::Soon : Need::Routine;
}

MonoTime Core::dueAt(const Watch &watch, const RegistryView &view, MonoTime now) const {
    MonoTime due = now + m_thresholds.paced(kRoutineSeconds);
    const auto at = [&](MonoTime moment) {
        if (moment > now)
            due = std::min(due, moment);
    };
    const Evidence &evidence = watch.evidence;
    at(watch.notBefore);
    if (watch.readPendingSince)
        at(*watch.readPendingSince + kReadLost);
    if (view.sight.since)
        at(view.sight.graceUntil);
    if (const auto age = ageOf(evidence, view.clock, now)) {
        at(now + (m_thresholds.period + m_thresholds.paced(kQuietMarginSeconds) - age->middle()));
        at(now + (m_thresholds.late - age->middle()));
        at(now + (m_thresholds.late - age->most));
        at(now + (m_thresholds.late - age->least));
        at(now + (m_thresholds.stale - age->least));
        at(now + (m_thresholds.stale + view.sight.gap - age->least));
        at(now + (m_thresholds.inactive - age->least));
    }
    if (evidence.recordReadAt)
        for (const double seconds : {kQuietPollingSeconds, kQuietSeconds, kStaleSeconds,
                                     kInactiveSeconds, kRoutineSeconds})
            at(*evidence.recordReadAt + m_thresholds.paced(seconds));
    if (const auto flaps = watch.flaps.dueAt(m_thresholds.paced(FlapCounter::kWindowSeconds)))
        at(*flaps);
    return std::max(due, now + kLeastStep) + 1ns;
}

void Core::plan(WatchIndex index, MonoTime now) {
    Watch &watch = m_watches[index];
    RegistryView &view = m_registries[watch.registry];
    if (!watch.queued && readNeed(watch, view, now) != Need::None) {
        watch.queued = true;
        view.readQueue.push_back(index);
    }
    const MonoTime due = dueAt(watch, view, now);
    // A look that is planned for an earlier time plans the next one itself.
    if (watch.dueAt && *watch.dueAt <= due)
        return;
    watch.dueAt = due;
    m_timetable.emplace(due, index);
}

MonoTime Core::nextDeadline() const {
    MonoTime next = m_timetable.empty() ? m_now + 60s : m_timetable.top().first;
    for (const RegistryView &view : m_registries) {
        const bool blind = !isSighted(view.link);
        const auto since = blind ? std::optional(view.blindSince) : view.failingSince;
        if (!view.alerted && since)
            next = std::min(next, *since + kSilenceBudget);
        if (blind)
            continue;
        if (!view.readQueue.empty() || view.listWanted || view.explainWanted ||
            (view.listFull && !view.newcomers.empty()))
            next = std::min(next, m_now + kSpendInterval);
        next = std::min(next, view.lastListAt + m_thresholds.paced(kListSeconds) + 1ns);
    }
    return std::max(next, m_now + 1ms);
}

void Core::scheduleReads(RegistryIndex registry, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[registry];
    if (!isSighted(view.link))
        return;
    // What became needless meanwhile leaves the queue.
    std::vector<std::pair<Need, WatchIndex>> due;
    std::size_t confirmations = 0;
    for (const WatchIndex index : view.readQueue) {
        const Need need = readNeed(m_watches[index], view, now);
        m_watches[index].queued = need != Need::None;
        if (need == Need::None)
            continue;
        due.emplace_back(need, index);
        confirmations += need == Need::Confirm ? 1 : 0;
    }
    const bool confirming = confirmations > 0;
    view.readQueue.clear();
    for (const auto &entry : due)
        view.readQueue.push_back(entry.second);

    // While nothing can be read, one request at a time finds out when that ends.
    const bool failing = view.failuresInRow >= 3;
    if (failing && now < view.retryAt)
        return;

    const bool explainOut = view.explainPendingSince && now - *view.explainPendingSince < kReadLost;
    if (view.explainWanted && !explainOut && now >= view.explainNotBefore && !failing &&
        view.budget.take(now, confirming)) {
        view.explainPendingSince = now;
        effects.emplace_back(effect::ExplainOutage{registry});
    }

    const std::size_t cost = listCost(view);
    const bool many = due.size() > cost && !failing;
    const bool manyConfirmations = confirmations > cost && !failing;
    bool listOut = view.listPendingSince && now - *view.listPendingSince < kReadLost;
    const bool listDue = view.listWanted || view.listPendingSince || many ||
                         now - view.lastListAt > m_thresholds.paced(kListSeconds);
    // The first list after sight comes back goes at once, later ones keep a distance.
    const bool firstList = view.sight.since && view.lastListAt <= *view.sight.since;
    const bool listRested =
        firstList || now - view.lastListAt >= m_thresholds.paced(confirming ? 0.5 : 3);
    // A list that takes its time is replaced when alerts come to depend on it.
    const bool tooSlow = listOut && manyConfirmations && !view.listUrgent;
    if (listDue && (!listOut || tooSlow) && listRested && !(failing && !due.empty()) &&
        view.budget.take(now, confirming)) {
        view.listWasWanted = view.listWanted || (view.listPendingSince && view.listWasWanted);
        view.listWanted = false;
        listOut = true;
        view.listPendingSince = now;
        view.listUrgent = manyConfirmations || firstList;
        view.listAnswers = 0;
        const bool rested =
            !view.lastPagedAt || now - *view.lastPagedAt > m_thresholds.paced(kPagingSeconds);
        effects.emplace_back(
            effect::ReadList{registry, many || rested || firstList, view.listUrgent});
        if (failing)
            view.retryAt = now + kReadLost;
    }
    // Those that failed before come after those that did not: one's failure delays nobody else.
    std::stable_sort(due.begin(), due.end(), [this](const auto &a, const auto &b) {
        if (a.first != b.first)
            return a.first > b.first;
        return m_watches[a.second].failures < m_watches[b.second].failures;
    });
    for (const auto &[need, index] : due) {
        // What a list is about to answer needs no request of its own; an alert waits only for one
        // that is sure to be quicker.
        if (many && listOut && (need != Need::Confirm || (manyConfirmations && view.listUrgent)))
            return;
        if (!view.budget.take(now, confirming))
            return;
        m_watches[index].readPendingSince = now;
        effects.emplace_back(
            effect::ReadRecord{registry, m_watches[index].entityId, need == Need::Confirm});
        if (failing) {
            view.retryAt = now + kReadLost;
            return;
        }
    }
    while (view.listFull && !failing && !view.newcomers.empty() &&
           view.budget.take(now, confirming)) {
        effects.emplace_back(
            effect::ReadRecord{registry, std::move(view.newcomers.front()), false});
        view.newcomers.pop_front();
    }
}

} // namespace heartline::liveness
