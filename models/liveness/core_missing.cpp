// SPDX-License-Identifier: GPL-3.0-or-later
// Agents that a registry no longer knows: deregistered, removed unseen, or the registry was wiped.
#include "liveness/core.h"

#include <algorithm>
#include <utility>

namespace heartline::liveness {

namespace {
/// Until one that is missing is asked for once more.
constexpr auto kAskAgain = std::chrono::seconds(2);
} // namespace

void Core::on(const event::RecordMissing &event, MonoTime now, Effects &effects) {
    // It proves no hearing: one that was wiped says so, too.
    readWorked(event.registry, event.sentAt, now, effects, Proves::Nothing);
    recordWorked(event.registry);
    m_registries[event.registry].newcomers.remove(event.entityId);
    if (const auto index = std::as_const(*this).find(event.registry, event.entityId)) {
        m_watches[*index].readPendingSince.reset();
        m_watches[*index].failures = 0;
        noteMissed(*index, event.sentAt, now);
        settleMissing(event.registry, now, effects);
        update(*index, now, effects);
    }
}

void Core::on(const event::EndAccepted &event, MonoTime now, Effects &effects) {
    if (event.watch >= m_watches.size())
        return;
    m_watches[event.watch].evidence.gone = true;
    update(event.watch, now, effects);
    settleMissing(m_watches[event.watch].registry, now, effects);
}

void Core::noteMissed(WatchIndex index, MonoTime sentAt, MonoTime now) {
    Watch &watch = m_watches[index];
    const bool before = watch.evidence.isMissing() || watch.evidence.gone;
    watch.evidence.missed(sentAt);
    const bool after = watch.evidence.isMissing() || watch.evidence.gone;
    if (after && std::exchange(watch.evidence.contradicted, false))
        --m_registries[watch.registry].contradicting; // there is none that could
    watch.readWanted = !after;
    watch.notBefore = now + (after ? m_thresholds.paced(kMissingSeconds) : kAskAgain);
    if (after && !before)
        m_registries[watch.registry].listWanted = true; // whether it knows the others
}

void Core::missedInList(RegistryIndex index, MonoTime sentAt, MonoTime now, Effects &effects) {
    const bool heldAny = m_registries[index].listed > 0;
    bool anyMissed = false;
    for (const WatchIndex watched : m_registries[index].watches) {
        Watch &watch = m_watches[watched];
        if (watch.evidence.gone || watch.evidence.isMissing() ||
            (watch.evidence.recordSentAt && *watch.evidence.recordSentAt >= sentAt))
            continue;
        if (!heldAny && watch.wasListed) {
            noteMissed(watched, sentAt, now);
            anyMissed = true;
        } else {
            watch.readWanted = true;
        }
        plan(watched, now);
    }
    if (!anyMissed)
        return;
    settleMissing(index, now, effects);
    updateAll(index, now, effects);
}

void Core::settleMissing(RegistryIndex index, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[index];
    std::size_t known = 0;
    std::size_t missing = 0;
    bool said = false;
    for (const WatchIndex watched : view.watches) {
        const Evidence &evidence = m_watches[watched].evidence;
        known += evidence.gone ? 0 : 1;
        missing += evidence.isMissing() ? 1 : 0;
        said = said || (!evidence.gone && evidence.missing > 0);
    }
    // Or nothing else was heard of it for long.
    const MonoTime since = std::max(view.answeredAt(), view.sight.since.value_or(now));
    const bool deaf = said && now - since > m_thresholds.paced(kMissingSeconds);
    const bool forgetful = missing * 2 > known || deaf;
    if (forgetful == view.sight.forgetful)
        return;
    view.sight.forgetful = forgetful;
    if (forgetful) {
        view.blindAs = LinkState::Forgetful;
        view.wasIll = true;
        view.troubleSince = view.troubleSince.value_or(now);
    }
    tellSight(index, effects);
    updateAll(index, now, effects);
}

} // namespace heartline::liveness
