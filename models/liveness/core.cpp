// SPDX-License-Identifier: GPL-3.0-or-later
// What events do to evidence and states.
#include "liveness/core.h"

#include <algorithm>

namespace heartline::liveness {

namespace {
/// Between two reads of one whose clock accuses it, and may be wrong; at the network's own pace.
constexpr double kUnplacedSeconds = 3;
/// A record that was read longer ago confirms no silence; real time.
constexpr auto kConfirms = std::chrono::seconds(5);
} // namespace

Core::Core(const Thresholds &thresholds, MonoTime now, std::uint64_t seed)
    : m_thresholds(thresholds), m_now(now),
      m_random(static_cast<std::minstd_rand::result_type>(seed)) {}

RegistryIndex Core::addRegistry(MonoTime now) {
    RegistryView &view = m_registries.emplace_back();
    view.blindSince = now;
    view.sight.lostAt = now;
    view.sight.unread = true;
    view.clock = RegistryClock(m_thresholds.pace());
    view.heardBeforeBlind = now;
    view.heardAt = now;
    view.proofAskedAt = now;
    view.troubleSince = now;
    view.lastListAt = now;
    return static_cast<RegistryIndex>(m_registries.size() - 1);
}

std::optional<WatchIndex> Core::find(RegistryIndex registry, std::string_view entityId) const {
    const auto &byId = m_registries[registry].byId;
    const auto it = byId.find(entityId);
    return it == byId.end() ? std::nullopt : std::optional(it->second);
}

Watch *Core::find(RegistryIndex registry, std::string_view entityId, WatchIndex &index) {
    const auto found = std::as_const(*this).find(registry, entityId);
    if (!found)
        return nullptr;
    index = *found;
    return &m_watches[index];
}

bool Core::listensFor(RegistryIndex registry, std::string_view entityId) const {
    return find(registry, entityId) || m_registries[registry].newcomers.contains(entityId);
}

WatchIndex Core::findOrAdd(RegistryIndex registry, const std::string &entityId, Effects &effects) {
    WatchIndex index = 0;
    if (find(registry, entityId, index))
        return index;
    index = static_cast<WatchIndex>(m_watches.size());
    Watch &added = m_watches.emplace_back();
    added.registry = registry;
    added.entityId = entityId;
    RegistryView &view = m_registries[registry];
    view.watches.push_back(index);
    view.byId.emplace(entityId, index);
    effects.emplace_back(effect::WatchAdded{index});
    if (const auto *newcomer = view.newcomers.find(entityId); newcomer && newcomer->beat) {
        const BeatFact beat = *newcomer->beat;
        if (m_watches[index].evidence.hear(beat, m_thresholds.paced(Evidence::kOvertaken)))
            effects.emplace_back(effect::BeatSeen{index, beat});
    }
    view.newcomers.remove(entityId);
    return index;
}

event::Remembered Core::remember(WatchIndex index) const {
    const Watch &watch = m_watches[index];
    const Evidence &evidence = watch.evidence;
    // One that no record shows may be forged.
    const bool known = evidence.showsLastBeat() || !evidence.recordBeat;
    return {watch.registry,        watch.entityId,
            evidence.registeredAt, known ? evidence.lastBeat : evidence.recordBeat,
            evidence.recordBeats,  evidence.gone,
            watch.alerted,         watch.owned};
}

int Core::connectionsLastHour(WatchIndex index, MonoTime now) const {
    const auto &seen = m_watches[index].connections;
    return static_cast<int>(std::count_if(seen.begin(), seen.end(), [&](MonoTime at) {
        return now - at < m_thresholds.paced(3600);
    }));
}

void Core::handle(const Event &event, MonoTime now, Effects &effects) {
    m_now = std::max(m_now, now);
    std::visit([&](const auto &e) { on(e, m_now, effects); }, event);
}

void Core::on(const event::BeatHeard &event, MonoTime now, Effects &effects) {
    RegistryView &view = m_registries[event.registry];
    const BeatFact beat =
        BeatFact::heard(event.stamp, now, view.clock, m_thresholds.paced(BeatFact::kLongestDelay));
    WatchIndex index = 0;
    if (!find(event.registry, event.entityId, index)) {
        if (auto *newcomer = view.newcomers.find(event.entityId))
            newcomer->beat = beat;
        return;
    }
    noteHearing(view, beat, now);
    const bool taken = takeBeat(index, beat, effects);
    // One that was no more may have been registered anew: its record tells.
    // Nor is it believed by itself where beats were forged, or may have been.
    Watch &watch = m_watches[index];
    if (onlyItsRecordTells(watch) || (!taken && watch.alerted) || view.clock.wantsRecord(now)) {
        watch.readWanted = true;
        // Forged ones come in any number.
        if (now >= watch.notBefore && watch.evidence.recordReadAt && !watch.evidence.gone)
            watch.notBefore = *watch.evidence.recordReadAt + doubtedRest(view, now);
        plan(index, now);
    }
    noteBeatInGap(view, beat, now);
    update(index, now, effects);
}

void Core::on(const event::OthersHeard &event, MonoTime now, Effects &) {
    RegistryView &view = m_registries[event.registry];
    const BeatFact beat =
        BeatFact::heard(event.stamp, now, view.clock, m_thresholds.paced(BeatFact::kLongestDelay));
    view.othersHeardAt = beat.latest;
    if (view.sight.forgetful)
        return; // it hears others, and knows none of ours
    noteHearing(view, beat, now);
    noteBeatInGap(view, beat, now);
}

bool Core::onlyItsRecordTells(const Watch &watch) {
    const Evidence &evidence = watch.evidence;
    return evidence.gone || evidence.isMissing() || evidence.streamDoubted;
}

bool Core::takeBeat(WatchIndex index, const BeatFact &beat, Effects &effects) {
    Watch &watch = m_watches[index];
    if (!watch.evidence.hear(beat, m_thresholds.paced(Evidence::kOvertaken)))
        return false;
    watch.beatenSinceAlert = true;
    watch.rhythm.beat(beat.latest);
    effects.emplace_back(effect::BeatSeen{index, beat});
    return true;
}

void Core::on(const event::ConnectionSeen &event, MonoTime now, Effects &) {
    WatchIndex index = 0;
    Watch *watch = find(event.registry, event.entityId, index);
    if (!watch)
        return;
    ++watch->evidence.connectionsSeen;
    watch->rhythm.connection();
    watch->connections.push_back(now);
    if (watch->connections.size() > Watch::kConnectionsKept)
        watch->connections.pop_front();
}

void Core::on(const event::ChangeHinted &event, MonoTime now, Effects &) {
    // The next tick spends the budget: a sweep hints at many at once.
    WatchIndex index = 0;
    if (Watch *watch = find(event.registry, event.entityId, index)) {
        watch->readWanted = true;
        watch->notBefore = now;
        watch->evidence.endTold = watch->evidence.endTold || event.deregistered;
        plan(index, now);
    } else if (event.registered) {
        // Whose it is the event does not say: one list tells, or its record where lists are dear.
        RegistryView &view = m_registries[event.registry];
        view.listWanted = view.listWanted || !view.listFull;
        view.newcomers.add(event.entityId, now);
    }
}

void Core::on(const event::ReadWanted &event, MonoTime now, Effects &effects) {
    if (event.watch >= m_watches.size())
        return;
    Watch &watch = m_watches[event.watch];
    watch.readWanted = true;
    watch.notBefore = now;
    plan(event.watch, now);
    scheduleReads(watch.registry, now, effects);
}

void Core::on(const event::Remembered &event, MonoTime now, Effects &effects) {
    const WatchIndex index = findOrAdd(event.registry, event.entityId, effects);
    Watch &watch = m_watches[index];
    if (watch.evidence.newest())
        return; // what was seen in this run is newer
    watch.evidence.registeredAt = event.registeredAt;
    watch.evidence.everBeat = watch.evidence.recordBeats = event.everBeat;
    watch.evidence.gone = event.gone;
    watch.evidence.lastBeat = event.beat;
    watch.alerted = event.alerted;
    watch.beatenSinceAlert = false;
    watch.owned = event.owned;
    watch.seenAlive = event.beat && event.everBeat;
    if (event.alerted)
        watch.alertedOn = watch.evidence.lastBeat; // which names the record's stamp then, too
    update(index, now, effects);
}

void Core::on(const event::Tick &, MonoTime now, Effects &effects) {
    weighDue(now, effects);
    for (RegistryIndex index = 0; index < m_registries.size(); ++index) {
        giveUpLostList(index, now, effects);
        settleRegistryAlert(index, now, effects);
        if (m_registries[index].sight.understood)
            settleGrace(m_registries[index], now); // records that were read since tell more
        scheduleReads(index, now, effects);
    }
}

void Core::weighDue(MonoTime now, Effects &effects) {
    while (!m_timetable.empty() && m_timetable.top().first <= now) {
        const auto [at, index] = m_timetable.top();
        m_timetable.pop();
        Watch &watch = m_watches[index];
        if (watch.dueAt != at)
            continue; // planned anew since
        watch.dueAt.reset();
        giveUpLost(index, now, effects);
        update(index, now, effects);
    }
}

bool Core::isNewToUs(const Watch &watch, const RegistryView &view, MonoTime now) const {
    const auto &readAt = watch.evidence.registrationReadAt;
    const Nanoseconds turn = m_thresholds.paced(kTurnSeconds);
    return readAt && view.sight.streamSince && *readAt - *view.sight.streamSince > turn &&
           now - *readAt < turn;
}

void Core::update(WatchIndex index, MonoTime now, Effects &effects) {
    Watch &watch = m_watches[index];
    RegistryView &view = m_registries[watch.registry];
    if (watch.evidence.lastBeat) {
        BeatFact &beat = *watch.evidence.lastBeat;
        const bool wasWide = beat.betweenReads;
        beat.improve(view.clock, now);
        if (wasWide && !beat.betweenReads)
            noteBeatInGap(view, beat, now);
    }
    Judgement judgement = judge(watch.evidence, view.sight, m_thresholds, now);
    const AgentState previous = watch.judgement.state;
    if (isSilent(judgement.state) && !isSilent(previous) && !watch.alerted &&
        watch.evidence.recordReadAt) {
        const Nanoseconds sinceRead = now - *watch.evidence.recordReadAt;
        const bool unplaced = watch.evidence.lastBeat &&
                              watch.evidence.lastBeat->restsOn != ClockRank::Firm &&
                              (view.clock.isDoubted(now) || isNewToUs(watch, view, now));
        // What makes it so became known only now, and its next beat may have been lost meanwhile.
        const bool stale = !watch.evidence.unreadSince && sinceRead > kConfirms;
        if (unplaced || stale) {
            judgement.state = previous == AgentState::Active ? AgentState::Late : previous;
            judgement.needsConfirmation = stale || sinceRead > m_thresholds.paced(kUnplacedSeconds);
        }
    }
    if (isSilent(judgement.state) && !watch.alerted && watch.evidence.isEndOpen()) {
        judgement.state = isSilent(previous) ? AgentState::Unknown : previous;
        judgement.needsConfirmation = true;
    }
    // What failed before is tried at once when an alert comes to wait for it.
    if (judgement.needsConfirmation && !watch.judgement.needsConfirmation && watch.failures > 0)
        watch.notBefore = std::min(watch.notBefore, now);
    watch.judgement = judgement;
    if (judgement.state != previous)
        effects.emplace_back(effect::StateChanged{index, previous, judgement.state, judgement.age});
    settleAlert(index, effects);
    settleFlaps(index, now, effects);
    plan(index, now);
}

} // namespace heartline::liveness
