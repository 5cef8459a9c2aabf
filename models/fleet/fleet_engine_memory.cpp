// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine keeps beyond its end, and takes up again.
#include "fleet/fleet_engine.h"

#include "base/logging.h"

#include <algorithm>

namespace heartline::fleet {

namespace {

/// Where an earlier run saw it; on our own wall clock, as the other may have ended long ago.
std::optional<liveness::BeatFact> recalledBeat(const history::StoredWatch &watch,
                                               const Clock &clock) {
    if (!watch.beatStamp || !watch.beatEarliest || !watch.beatLatest)
        return std::nullopt;
    const MonoTime now = clock.mono();
    const auto mono = [&](UtcTime at) { return now - (clock.utc() - at); };
    const MonoTime latest = std::min(mono(*watch.beatLatest), now);
    return liveness::BeatFact{*watch.beatStamp,
                              liveness::BeatSource::Record,
                              std::min(mono(*watch.beatEarliest), latest),
                              latest,
                              now,
                              liveness::ClockRank::Firm};
}

} // namespace

void FleetEngine::recall() {
    if (m_options.storePath.empty())
        return;
    history::StoredFleet stored;
    auto opened = history::WatchStore::open(m_options.storePath, m_options.developerId, stored);
    if (!opened) {
        qCWarning(lcFleet, "going on without memory: %s", opened.error().message.c_str());
        return;
    }
    m_store = std::move(*opened);
    for (RegistryEntry &entry : m_registries)
        if (const auto known = stored.registryIds.find(entry.desk->client().url());
            known != stored.registryIds.end()) {
            entry.desk->client().expectRegistry(known->second);
            entry.storedId = known->second;
        }
    struct Since {
        std::optional<UtcTime> raisedAt;
        std::optional<UtcTime> downSince;
    };
    std::map<liveness::WatchIndex, Since> since;
    for (const history::StoredWatch &watch : stored.watches) {
        const auto at =
            std::find(m_options.registries.begin(), m_options.registries.end(), watch.registry);
        if (at == m_options.registries.end())
            continue; // not watched just now; it may be again
        if (watch.gone) {
            m_store->remove(watch.registry, watch.entityId);
            continue;
        }
        const auto registry =
            static_cast<liveness::RegistryIndex>(at - m_options.registries.begin());
        const auto index = static_cast<liveness::WatchIndex>(m_core.watchCount());
        AgentFacts &facts = m_agents[m_census.bind(index, watch.entityId)].facts;
        facts.name = watch.name;
        feed(liveness::event::Remembered{
            registry, watch.entityId, watch.registeredAt, recalledBeat(watch, m_clock),
            watch.everBeat, false, watch.alerted,
            watch.owned || watch.alerted || m_named.contains(watch.entityId)});
        renewFacts(m_census.roster().agentOf(index));
        if (watch.alerted)
            since[index] = {watch.raisedAt, watch.downSince};
    }
    for (const Incident &incident : m_census.restore()) {
        alerts::Alert alert = newAlert(incident);
        alert.raisedAt = since[incident.watch].raisedAt.value_or(alert.raisedAt);
        alert.downSince = since[incident.watch].downSince;
        m_alerts.restore(std::move(alert));
    }
}

void FleetEngine::storeRegistry(liveness::RegistryIndex index) {
    RegistryEntry &entry = m_registries[index];
    const std::string &id = entry.desk->client().expectedRegistry();
    if (!m_store || id.empty() || id == entry.storedId)
        return;
    entry.storedId = id;
    m_store->putRegistry(entry.desk->client().url(), id);
}

void FleetEngine::store(liveness::WatchIndex index, bool urgent) {
    if (!m_store)
        return;
    const liveness::Watch &watch = m_core.watch(index);
    const liveness::event::Remembered known = m_core.remember(index);
    const auto utcOf = [this](std::optional<MonoTime> at) {
        return at ? std::optional(m_clock.utc() - (m_clock.mono() - *at)) : std::nullopt;
    };
    history::StoredWatch stored{
        m_options.registries[watch.registry],
        watch.entityId,
        m_agents[m_census.roster().agentOf(index)].facts.name,
        known.registeredAt,
        known.beat ? std::optional(known.beat->stamp) : std::nullopt,
        utcOf(known.beat ? std::optional(known.beat->earliest) : std::nullopt),
        utcOf(known.beat ? std::optional(known.beat->latest) : std::nullopt),
        known.everBeat,
        known.gone,
        known.alerted,
        {},
        {},
        known.owned};
    if (const alerts::Alert *alert =
            m_alerts.find(alerts::AlertKind::AgentStale, m_census.roster().agentOf(index))) {
        stored.raisedAt = alert->raisedAt;
        stored.downSince = alert->downSince;
    }
    m_store->put(stored, urgent);
}

} // namespace heartline::fleet
