// SPDX-License-Identifier: GPL-3.0-or-later
// Which reads go now, singly or by list: the part of the core that spends the budgets.
#include "liveness/core.h"

#include <algorithm>

namespace heartline::liveness {

namespace {

/// More than so many due at once are read by list, or more than the list costs.
constexpr std::size_t kListWorthwhile = 8;
/// Seconds between two lists, at the network's own pace: at least, while alerts wait, and when
/// paging is not needed otherwise.
constexpr double kListRestSeconds = 3;
constexpr double kConfirmingListRestSeconds = 0.5;
constexpr double kPagingSeconds = 300;
/// Between pages of a routine read, which leave half of the budget for others, and of one that
/// alerts or the first picture wait for; real time.
constexpr Nanoseconds kPageRest = std::chrono::milliseconds(1000);
constexpr Nanoseconds kUrgentPageRest = std::chrono::milliseconds(50);
/// Alerts wait for a quick list only while it goes on.
constexpr auto kListStalls = std::chrono::seconds(2);

/// What a list costs, in single records: these go side by side, pages one after the other.
std::size_t listCost(const RegistryView &view) {
    const double perPage = 1 + toSeconds(view.roundTrip) * ReadBudget::kConfirmingRate;
    const double pages = static_cast<double>(view.listPages) * perPage;
    return std::max(kListWorthwhile, static_cast<std::size_t>(pages));
}

} // namespace

void Core::on(const event::AskedBesides &event, MonoTime now, Effects &) {
    m_registries[event.registry].budget.spend(now);
}

bool Core::isOut(const std::optional<MonoTime> &pendingSince, MonoTime now) {
    return pendingSince && now - *pendingSince < kReadLost;
}

Core::DueReads Core::takeDueReads(RegistryView &view, MonoTime now) {
    DueReads due;
    for (const WatchIndex index : std::exchange(view.readQueue, {})) {
        const Need need = readNeed(m_watches[index], view, now);
        m_watches[index].queued = need != Need::None;
        if (need == Need::None)
            continue; // became needless meanwhile
        due.reads.emplace_back(need, index);
        view.readQueue.push_back(index);
        due.confirmations += need == Need::Confirm ? 1 : 0;
    }
    due.failing = view.failing;
    const std::size_t cost = view.recordsIll ? 0 : listCost(view);
    const std::size_t newcomers = view.listFull ? view.newcomers.unasked() : 0;
    due.many = due.reads.size() + newcomers > cost && !due.failing;
    due.manyConfirmations = due.confirmations > cost && !due.failing;
    return due;
}

void Core::scheduleReads(RegistryIndex registry, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[registry];
    if (!isSighted(view.link))
        return;
    const DueReads due = takeDueReads(view, now);
    // While nothing can be read, one request at a time finds out when that ends.
    if (due.failing && now < view.retryAt)
        return;
    // Where little is allowed, what tells whether it is the registry that fails goes first, and
    // what an alert waits for.
    if (view.budget.isScarce(now) && !due.failing && !view.recordsIll) {
        // One list costs less than many records, and may work where these do not.
        if (view.listTriedSince || (view.recordsLimited && view.listFailuresInRow == 0))
            scheduleList(registry, due, now, effects);
        if (view.opinionWanted)
            scheduleProof(registry, now, effects);
        if (!due.manyConfirmations)
            scheduleRecords(registry, due, Need::Confirm, now, effects);
        scheduleNewcomers(registry, due.confirmations > 0, now, effects);
    } else if (view.opinionWanted && !due.failing) {
        scheduleProof(registry, now, effects); // before the next list that fails spends the budget
    }
    if (view.explainWanted && !view.explainYields && now < view.sight.graceUntil &&
        !isOut(view.explainPendingSince, now) && now >= view.explainNotBefore && !due.failing &&
        view.budget.take(now, due.confirmations > 0)) {
        view.explainPendingSince = now;
        effects.emplace_back(effect::ExplainOutage{registry});
    }
    scheduleList(registry, due, now, effects);
    scheduleRecords(registry, due, Need::Routine, now, effects);
    scheduleProof(registry, now, effects);
}

void Core::scheduleList(RegistryIndex registry, const DueReads &due, MonoTime now,
                        Effects &effects) {
    RegistryView &view = m_registries[registry];
    // Where alerts wait for a few records, pages must not spend what these need.
    const bool spare = due.confirmations == 0 && !view.alertsWait;
    const bool rested =
        !view.lastPagedAt || now - *view.lastPagedAt > m_thresholds.paced(kPagingSeconds);
    // Where records tell nothing, lists prove that it hears, unless few requests are allowed.
    const bool proves = view.recordsIll && !view.budget.isScarce(now) &&
                        now - view.answeredAt() >= m_thresholds.paced(kProofSeconds);
    const bool wanted = view.listWanted || view.listPendingSince || due.many || proves ||
                        ((view.pagingWanted || (view.lastPagedAt && rested)) && spare) ||
                        now - view.lastListAt > m_thresholds.paced(kListSeconds);
    if (!wanted || (due.failing && !due.reads.empty() && view.triedByList))
        return;
    // One that takes its time is replaced when alerts come to depend on it.
    if (isOut(view.listPendingSince, now) && (view.listUrgent || !due.manyConfirmations))
        return;
    // The first list after sight comes back goes at once, later ones keep a distance.
    const bool first = view.sight.since && view.lastListAt <= *view.sight.since;
    // Where no agent is known, or none is left, or only lists work, there is nothing else to read.
    const bool alone = ((nobodyIsLeft(view) || view.recordsIll) && view.listFailuresInRow > 0) ||
                       view.listTriedSince;
    const double distance =
        due.confirmations > 0 || alone ? kConfirmingListRestSeconds : kListRestSeconds;
    // A list that fails by itself is left alone ever longer.
    const int patience = alone ? 1 : 1 << std::min(view.listFailuresInRow, 5);
    if (!first && !due.failing && now - view.lastListAt < m_thresholds.paced(distance * patience))
        return;
    if (!view.budget.take(now, due.confirmations > 0))
        return;
    view.listWanted = false;
    view.explainYields = false;
    view.listPendingSince = now;
    view.listAnswers = 0;
    view.listed = 0;
    const bool paging = due.many || ((rested || view.pagingWanted) && spare);
    view.listUrgent = due.manyConfirmations || first || (paging && view.pagingWanted);
    view.pagingWanted = view.pagingWanted && !paging;
    const Nanoseconds rest = view.listUrgent ? kUrgentPageRest : kPageRest;
    view.listRest = view.budget.isScarce(now) ? std::max(rest, 2 * view.budget.pace(now)) : rest;
    effects.emplace_back(effect::ReadList{registry, paging, view.listUrgent, view.listRest});
    if (due.failing) {
        view.retryAt = now + kReadLost;
        view.triedByList = true;
    }
}

void Core::scheduleRecords(RegistryIndex registry, DueReads due, Need least, MonoTime now,
                           Effects &effects) {
    RegistryView &view = m_registries[registry];
    // What a list is about to answer needs no request of its own; an alert waits only for one that
    // is sure to be quicker.
    const bool listAnswers = due.many && isOut(view.listPendingSince, now);
    const bool quickly = due.manyConfirmations && view.listUrgent && view.listPendingSince &&
                         now - *view.listPendingSince < kListStalls;
    // Those that failed before let others go first: one's failure delays nobody else. But not for
    // ever, as there may always be others.
    const auto turn = [this](WatchIndex index) {
        const Watch &watch = m_watches[index];
        return watch.queuedAt + m_thresholds.paced(4 * std::min(watch.failures, 4));
    };
    std::stable_sort(due.reads.begin(), due.reads.end(), [&](const auto &a, const auto &b) {
        return a.first != b.first ? a.first > b.first : turn(a.second) < turn(b.second);
    });
    if (view.recordsIll && !due.failing)
        return; // by the next list
    const bool confirming = due.confirmations > 0 || view.alertsWait;
    for (const auto &[need, index] : due.reads) {
        if (need < least || isOut(m_watches[index].readPendingSince, now))
            continue;
        if (listAnswers && (need != Need::Confirm || quickly))
            return;
        if (!view.budget.take(now, confirming))
            return;
        if (due.failing && now < view.retryAt)
            return; // the list was asked for just now
        ask(index, need == Need::Confirm, now, effects);
        if (due.failing) {
            view.retryAt = now + kReadLost;
            view.triedByList = false;
            return;
        }
    }
    if (!due.failing && !listAnswers && least == Need::Routine)
        scheduleNewcomers(registry, confirming, now, effects);
}

void Core::ask(WatchIndex index, bool urgent, MonoTime now, Effects &effects) {
    Watch &watch = m_watches[index];
    watch.readPendingSince = now;
    m_registries[watch.registry].explainYields = false;
    effects.emplace_back(effect::ReadRecord{watch.registry, watch.entityId, urgent});
    plan(index, now); // to look again when it is lost
}

void Core::scheduleNewcomers(RegistryIndex registry, bool confirming, MonoTime now,
                             Effects &effects) {
    RegistryView &view = m_registries[registry];
    while (view.listFull && view.newcomers.unasked() > 0 && view.budget.take(now, confirming))
        if (auto id = view.newcomers.askNext())
            effects.emplace_back(effect::ReadRecord{registry, std::move(*id), false});
}

MonoTime Core::provedAt(const RegistryView &view) {
    return view.recordsIll || view.sight.outOfDate ? view.proofAskedAt
                                                   : std::max(view.answeredAt(), view.proofAskedAt);
}

double Core::proofSeconds(const RegistryView &view, MonoTime now) {
    if (view.recordsIll && view.recordsInRow > 0)
        return 1;
    if (view.recordsIll)
        return view.illByLimit ? kLimitedProofSeconds : kProofSeconds;
    if (view.sight.outOfDate)
        return kAgreementSeconds;
    return now < view.sight.graceUntil ? kProofInGraceSeconds : kProofSeconds;
}

void Core::scheduleProof(RegistryIndex registry, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[registry];
    const Nanoseconds every = m_thresholds.paced(proofSeconds(view, now));
    if (view.failing || view.watches.empty() ||
        (now - provedAt(view) < every && !view.opinionWanted))
        return;
    // Who beats tells whether old records go on; where nobody does, anybody's ends that.
    const bool anyTells =
        view.sight.outOfDate &&
        std::any_of(view.watches.begin(), view.watches.end(),
                    [&](WatchIndex index) { return beatsOnStream(m_watches[index], now); });
    // That there is no such agent proves no hearing.
    const bool anyKnown =
        std::any_of(view.watches.begin(), view.watches.end(), [&](WatchIndex index) {
            return !m_watches[index].evidence.gone && !m_watches[index].evidence.isMissing();
        });
    for (std::size_t i = 0; i < view.watches.size(); ++i) {
        const WatchIndex index = view.watches[view.proofNext++ % view.watches.size()];
        const Watch &watch = m_watches[index];
        const bool tells = watch.evidence.contradicted || beatsOnStream(watch, now);
        const bool gone = watch.evidence.gone && !view.recordsIll; // that is an answer, too
        const bool missing = watch.evidence.isMissing() && anyKnown;
        if (watch.readPendingSince || gone || missing || (anyTells && !tells))
            continue;
        // What failed first is no second opinion.
        if (view.opinionWanted && view.failuresInRow > 0 && view.failedFirst == index)
            continue;
        if (!view.budget.take(now, false))
            return;
        view.proofAskedAt = now;
        view.opinionWanted = false;
        return ask(index, view.recordsIll, now, effects); // as quick as a confirmation
    }
    view.opinionWanted = false; // there is nobody else
}

} // namespace heartline::liveness
