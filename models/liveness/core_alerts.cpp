// SPDX-License-Identifier: GPL-3.0-or-later
// What follows from a state: alerts raised and ended, what they have in common, flapping, doubles.
#include "liveness/core.h"

namespace heartline::liveness {

namespace {
/// What a silence has in common with others' is looked at so often.
constexpr auto kCauseHolds = std::chrono::seconds(1);
/// Who fell silent longer ago did so for reasons of its own; at the network's own pace.
constexpr double kCauseSeconds = 300;
constexpr std::size_t kCommon = 3;
} // namespace

bool Core::isShownLately(const Watch &watch) const {
    const auto &shown = watch.evidence.recordBeat;
    return watch.evidence.beatUnstated || (shown && m_now - shown->earliest < m_thresholds.stale);
}

void Core::settleAlert(WatchIndex index, Effects &effects) {
    Watch &watch = m_watches[index];
    const AgentState state = watch.judgement.state;
    watch.seenAlive = watch.seenAlive || state == AgentState::Active || state == AgentState::Late;
    if (!watch.alerted) {
        // Where no time is known, nothing is known to have ended.
        if (!watch.owned || !watch.judgement.age ||
            (state != AgentState::Stale && state != AgentState::Inactive))
            return;
        watch.alerted = true;
        watch.beatenSinceAlert = false;
        watch.recordMovedSinceAlert = false;
        watch.alertedOn = watch.evidence.lastBeat;
        const auto age = watch.judgement.age;
        const bool old = !watch.seenAlive && age && age->least >= m_thresholds.inactive;
        const bool own = old || watch.judgement.neverBeat;
        effects.emplace_back(
            effect::AlertRaised{index, age, old, watch.judgement.neverBeat,
                                own ? effect::SilenceCause::ItsOwn : causeOf(watch.registry)});
        return;
    }
    // Only a beat that its record shows resolves, once it is known to be no old one; or the agent's
    // end. No data never does.
    const bool beaten =
        watch.beatenSinceAlert && watch.recordMovedSinceAlert && watch.evidence.everBeat;
    // One that may be older than the mark tells of no recovery.
    const auto &age = watch.judgement.age;
    const bool back = beaten && isShownLately(watch) && age && age->most < m_thresholds.stale &&
                      (state == AgentState::Active || state == AgentState::Late);
    if (isSilent(state)) { // that was the end of it
        watch.beatenSinceAlert = watch.recordMovedSinceAlert = false;
        watch.alertedOn = watch.evidence.lastBeat;
    }
    if (!back && state != AgentState::Deregistered)
        return;
    watch.alerted = false;
    watch.alertedOn.reset();
    effects.emplace_back(effect::AlertResolved{index, back ? effect::ResolveReason::BeatHeard
                                                           : effect::ResolveReason::Deregistered});
}

effect::SilenceCause Core::causeOf(RegistryIndex registry) {
    RegistryView &view = m_registries[registry];
    if (view.causeAt && m_now - *view.causeAt < kCauseHolds)
        return view.cause; // many that fall silent at once are looked at once
    view.causeAt = m_now;
    std::size_t silent = 0;
    bool anyBeats = false;
    for (const WatchIndex index : view.watches) {
        const Watch &watch = m_watches[index];
        const auto age = ageOf(watch.evidence, m_now);
        if (!watch.owned || !watch.evidence.everBeat || watch.evidence.gone || !age ||
            age->least > m_thresholds.paced(kCauseSeconds))
            continue;
        const bool beats = age->middle() <= m_thresholds.late;
        anyBeats = anyBeats || beats;
        silent += beats ? 0 : 1;
    }
    // Others are heard on the stream alone.
    const bool othersBeat =
        view.link != LinkState::Connected ||
        (view.othersHeardAt && m_now - *view.othersHeardAt <= m_thresholds.late);
    view.cause = anyBeats || silent < kCommon ? effect::SilenceCause::ItsOwn
                 : othersBeat                 ? effect::SilenceCause::AllOfOurs
                                              : effect::SilenceCause::NobodyIsHeard;
    return view.cause;
}

void Core::settleFlaps(WatchIndex index, MonoTime now, Effects &effects) {
    Watch &watch = m_watches[index];
    const AgentState state = watch.judgement.state;
    const bool up = state == AgentState::Active;
    const bool down =
        state == AgentState::Late || state == AgentState::Stale || state == AgentState::Inactive;
    if (up || down) {
        if (watch.wasUp && *watch.wasUp != up)
            watch.flaps.transition(now);
        watch.wasUp = up;
    }
    if (watch.flaps.update(now, m_thresholds.paced(FlapCounter::kWindowSeconds)) && watch.owned)
        effects.emplace_back(effect::FlappingChanged{index, watch.flaps.isFlapping()});
    const bool doubled = up && watch.rhythm.isDoubled(m_thresholds.period);
    if (doubled != watch.doubled && (doubled || up)) {
        watch.doubled = doubled;
        effects.emplace_back(effect::DoubledChanged{index, doubled});
    }
}

} // namespace heartline::liveness
