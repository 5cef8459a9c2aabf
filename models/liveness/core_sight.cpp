// SPDX-License-Identifier: GPL-3.0-or-later
// Sight of a registry: when it is lost and gained, what reads say of it, and its own alert.
#include "liveness/core.h"
#include "liveness/retry_pace.h"

#include <algorithm>

namespace heartline::liveness {

namespace {

/// A list that works answers within that time, where it is to tell whether only records fail.
constexpr auto kListTells = std::chrono::seconds(3);

/// A stream that is cut off is noticed within 25 s.
constexpr auto kStreamTells = std::chrono::seconds(30);
/// A registry that limits us, and gave no good answer for so long, is not seen; real time.
constexpr auto kLimitedTells = std::chrono::seconds(60);

/// It accepted us and gave no answer, or something gave an error or nonsense in its place, or
/// knew nobody: it may have been frozen, or its database away, and then it heard nobody.
bool mayBeIll(LinkState blindAs) {
    return blindAs == LinkState::Silent || blindAs == LinkState::Refusing ||
           blindAs == LinkState::NotARegistry || blindAs == LinkState::Forgetful ||
           blindAs == LinkState::OtherRegistry;
}

/// Nothing answered at all: it may be our line, or our machine that slept.
bool mayBeOurs(LinkState blindAs) {
    return blindAs == LinkState::Unreachable || blindAs == LinkState::Silent ||
           blindAs == LinkState::Connecting;
}
} // namespace

void Core::on(const event::LinkChanged &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    const bool before = isSighted(view.link);
    const bool after = isSighted(event.state);
    view.link = event.state;
    if (event.state != LinkState::Connected)
        view.sight.streamSince.reset();
    else if (!view.sight.streamSince)
        view.sight.streamSince = now;
    if (before && !after) {
        view.linkLostAt = now;
        loseSight(event.registry, event.state, std::min(event.lastContact, now));
        view.failing = false; // with the link gone, that is the larger trouble
        view.failuresInRow = view.refusalsInRow = 0;
    } else if (!before && after) {
        gainSight(event.registry, now);
    }
    if (!after && event.state != LinkState::Connecting) {
        view.blindAs = event.state;
        view.wasIll = view.wasIll || mayBeIll(event.state);
    }
    tellSight(event.registry, effects);
    updateAll(event.registry, now, effects);
    settleRegistryAlert(event.registry, now, effects);
    scheduleReads(event.registry, now, effects);
}

void Core::updateAll(RegistryIndex index, MonoTime now, Effects &effects) {
    for (const WatchIndex watched : m_registries[index].watches)
        update(watched, now, effects);
}

void Core::tellSight(RegistryIndex index, Effects &effects) {
    RegistryView &view = m_registries[index];
    const LinkState shown = view.shown();
    if (shown != view.told)
        effects.emplace_back(effect::SightChanged{index, std::exchange(view.told, shown), shown});
}

void Core::loseSight(RegistryIndex index, LinkState as, MonoTime since) {
    RegistryView &view = m_registries[index];
    view.blindAs = as;
    view.wasIll = view.wasIll || mayBeIll(as);
    view.explainWanted = false;
    if (!view.troubleSince) { // otherwise nothing good was read since the last loss
        view.troubleSince = since;
        view.sight.lostAt = since;
    }
    if (as != LinkState::OutOfDate || view.sight.since) // its stream was there until now
        view.heardBeforeBlind = std::min(since, view.answeredAt());
    if (!view.sight.since)
        return; // lost already, and for longer
    view.sight.since.reset();
    view.blindSince = since;
}

void Core::gainSight(RegistryIndex index, MonoTime now, Was was) {
    RegistryView &view = m_registries[index];
    view.sight.since = now;
    // A gap that a beat ended before us goes on excusing.
    view.explainWanted = now < view.sight.graceUntil && !view.sight.understood;
    view.explainNotBefore = now;
    view.explainPendingSince.reset();
    // A registry that is seen for the first time may have been started just now. Beats that were
    // heard while its records could not be read end no gap: they show that there was none.
    // Who is still coming back from a gap may be kept from it by the next, however short that is.
    const bool lost = was == Was::Lost;
    if (lost && view.seenBefore && mayBeOurs(view.blindAs))
        noteOwnCut(view, now);
    noteGap(view, now, view.failing || (lost && now < view.sight.graceUntil), lost);
    view.seenBefore = true;
    view.failing = false;
    // What answered with old records may do so still: one that agrees tells, over its stream.
    if (view.sight.outOfDate && view.link == LinkState::Connected)
        view.sight.since.reset();
    else
        endContradiction(view);
    view.leftBehind.reset();
    view.failuresInRow = view.refusalsInRow = 0;
    view.retryAt = now;
    view.listWanted = true;
    view.listFailuresInRow = 0; // it failed as all else did
    view.pagingWanted = true;
    view.listPendingSince.reset();
    for (const WatchIndex watched : view.watches) {
        Watch &watch = m_watches[watched];
        watch.readPendingSince.reset();
        watch.readWanted = true;
        watch.notBefore = now;
        watch.failures = 0;
        watch.evidence.forgiveUnread();
        watch.rhythm.connection(); // beats were missed: gaps tell nothing
    }
}

void Core::on(const event::Woke &event, MonoTime now, Effects &effects) {
    for (RegistryIndex index = 0; index < m_registries.size(); ++index) {
        RegistryView &view = m_registries[index];
        if (isSighted(view.link)) {
            view.linkLostAt = std::min(event.sleptAt, now);
            loseSight(index, LinkState::Connecting, view.linkLostAt);
        }
        view.link = LinkState::Connecting;
        view.sight.streamSince.reset();
        view.failing = false;
        // We were away ourselves, so that no registry is late with its answer.
        if (!view.alerted)
            view.troubleSince = now;
        effects.emplace_back(effect::DialAnew{index});
        tellSight(index, effects);
        updateAll(index, now, effects);
    }
}

void Core::readWorked(RegistryIndex index, MonoTime sentAt, MonoTime now, Effects &effects,
                      Proves proves) {
    RegistryView &view = m_registries[index];
    const bool failedLately = view.failedLately(now);
    view.budget.worked();
    view.limitsInRow = 0;
    view.pausesInRow = 0;
    view.failuresInRow = view.refusalsInRow = 0;
    view.failedAnew = false;
    view.listTriedSince.reset();
    view.opinionWanted = false;
    if (!isSighted(view.link))
        return; // an answer that came before the word of our link
    // Reads that failed excuse as a lost link does; so does any other stretch without a proof.
    const bool failed = view.failing;
    if (failed) {
        gainSight(index, now);
        tellSight(index, effects);
    } else if (proves == Proves::Hearing) {
        noteGap(view, now, failedLately);
    }
    if (proves == Proves::Hearing) {
        // A cache answers as well where what stands behind it hears nobody.
        const bool old = view.sight.outOfDate || view.nobodyTold;
        MonoTime &provedAt = old ? view.oldAnswerAt : view.heardAt;
        provedAt = std::max(provedAt, sentAt);
        view.wasIll = false;
    }
    view.goodReadAt = std::max(view.goodReadAt, sentAt);
    view.everHeard = true;
    if (std::exchange(view.sight.unread, false))
        tellSight(index, effects);
    if (view.sight.outOfDate || view.sight.forgetful || proves == Proves::Nothing)
        return; // good answers, but no good ones
    view.troubleSince.reset();
    if (std::exchange(view.alerted, false))
        effects.emplace_back(effect::RegistryAlertResolved{index});
    if (failed)
        updateAll(index, now, effects);
}

Core::Proves Core::provedBy(const RegistryView &view, std::size_t named) const {
    return named > 0 || nobodyIsLeft(view) ? Proves::Hearing : Proves::Nothing;
}

bool Core::nobodyIsLeft(const RegistryView &view) const {
    return std::all_of(view.watches.begin(), view.watches.end(),
                       [this](WatchIndex index) { return m_watches[index].evidence.gone; });
}

void Core::recordWorked(RegistryIndex index) {
    RegistryView &view = m_registries[index];
    ++view.recordsInRow;
    if (view.recordsInRow >= kFailing || !view.recordsIll)
        view.recordFailuresInRow = 0;
    view.recordsIll = view.recordsIll && view.recordsInRow < kFailing;
    view.illByLimit = view.illByLimit && view.recordsIll;
}

void Core::readDidNotWork(RegistryIndex index, std::optional<WatchIndex> subject, Failure failure,
                          MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[index];
    // Records that fail while lists work say nothing new of the registry.
    if (failure.limitIsOld || (view.recordsIll && subject && view.listFailuresInRow == 0))
        return;
    if (view.failuresInRow++ == 0) {
        view.failingSince = now;
        view.failedFirst = subject;
        view.severalFailed = false;
        view.refusalsInRow = 0;
    }
    // A 429 says nothing of who can be read.
    if (!failure.limited && view.refusalsInRow++ == 0)
        view.failedFirst = subject;
    // Who limits us is not away, as long as some of what is asked is answered.
    const bool limited = failure.limited && !view.failing && now - view.goodReadAt < kLimitedTells;
    view.severalFailed = view.severalFailed || (view.failedFirst != subject && !limited);
    // One agent's record, or the list, may be ill by itself: another answer tells.
    view.opinionWanted = view.opinionWanted || !subject;
    if (view.failuresInRow < kFailing || !isSighted(view.link))
        return;
    if (!view.severalFailed && !view.failing && !nobodyIsLeft(view)) {
        view.listWanted = view.listWanted || subject;
        view.opinionWanted = view.opinionWanted || !limited; // where an alert asks for one alone
        return;
    }
    view.listWanted = true; // in turn with records: one may work where the other does not
    // Only records may be ill: a list tells, where it is quick.
    if (subject && !view.failing && view.listFailuresInRow == 0) {
        view.listTriedSince = view.listTriedSince.value_or(now);
        if (view.recordsLimited || now - *view.listTriedSince < kListTells)
            return; // where we are limited it has to wait for its turn
    }
    if (limited)
        return;
    const MonoTime retryAt = now + retryPace(now - view.failingSince, m_random);
    // What was asked long ago and is given up now must not hold up the next try.
    view.retryAt = view.failing ? std::min(view.retryAt, retryAt) : retryAt;
    // Whatever it was before: one that gives errors, or no answer, may hear nobody.
    // But what was under way when our line was cut gets no answer, either.
    const bool unanswered = failure.as == LinkState::Silent && failure.askedAt >= view.failingSince;
    if (view.failing && (failure.as == LinkState::Refusing || unanswered)) {
        view.blindAs = failure.as;
        view.wasIll = true;
    }
    // A stream that goes on shows that our line is well.
    if (view.failing && view.sight.streamSince && now - view.failingSince > kStreamTells)
        view.wasIll = true;
    if (!std::exchange(view.failing, true)) {
        loseSight(index, failure.as, view.failingSince);
        tellSight(index, effects);
        updateAll(index, now, effects);
    }
}

bool Core::noteLimit(RegistryView &view, MonoTime now) {
    ++view.limitsInRow;
    if (view.budget.isPaused(now))
        return false;
    // Without Retry-After: 5, 10, 20, 30 s.
    const int factor = 1 << std::min(view.pausesInRow, 3);
    view.budget.limited(now, std::min<Nanoseconds>(5s * factor, 30s));
    ++view.pausesInRow;
    return true;
}

void Core::settleRegistryAlert(RegistryIndex index, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[index];
    if (view.alerted)
        return;
    const bool seen = view.sight.since && !view.sight.forgetful;
    // That another answers in its place needs no second look.
    const Nanoseconds budget =
        view.link == LinkState::OtherRegistry ? 0s : Nanoseconds(kSilenceBudget);
    if (seen || !view.troubleSince || now - *view.troubleSince < budget)
        return;
    view.alerted = true;
    effects.emplace_back(effect::RegistryAlertRaised{index, view.shown()});
}

} // namespace heartline::liveness
