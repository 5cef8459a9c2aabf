// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine keeps beyond its end, and takes up again.
#include "fleet/fleet_engine.h"

#include "base/logging.h"

#include <algorithm>

namespace heartline::fleet {

void FleetEngine::recall() {
    if (m_options.storePath.empty())
        return;
    std::vector<history::StoredWatch> stored;
    auto opened = history::WatchStore::open(m_options.storePath, m_options.developerId, stored);
    if (!opened) {
        qCWarning(lcFleet, "going on without memory: %s", opened.error().message.c_str());
        return;
    }
    m_store = std::move(*opened);
    for (const history::StoredWatch &watch : stored) {
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
        AgentFacts &facts = m_agents[m_roster.bind(index, watch.entityId)].facts;
        facts.name = watch.name;
        feed(liveness::event::Remembered{registry, watch.entityId, watch.registeredAt,
                                         watch.beatEarliest, watch.beatLatest, watch.everBeat,
                                         false, watch.alerted,
                                         watch.alerted || m_named.contains(watch.entityId)});
        renewFacts(m_roster.agentOf(index));
        if (!watch.alerted)
            continue;
        alerts::Alert alert = newAlert(alerts::AlertKind::AgentStale, index);
        alert.raisedAt = watch.raisedAt.value_or(alert.raisedAt);
        alert.downSince = watch.downSince;
        m_alerts.restore(std::move(alert));
    }
}

void FleetEngine::store(liveness::WatchIndex index, bool urgent) {
    if (!m_store)
        return;
    const liveness::Watch &watch = m_core.watch(index);
    const liveness::event::Remembered known = m_core.remember(index);
    history::StoredWatch stored{m_options.registries[watch.registry],
                                watch.entityId,
                                m_agents[m_roster.agentOf(index)].facts.name,
                                known.registeredAt,
                                known.beatEarliest,
                                known.beatLatest,
                                known.everBeat,
                                known.gone,
                                known.alerted,
                                {},
                                {}};
    if (const alerts::Alert *alert =
            m_alerts.find(alerts::AlertKind::AgentStale, m_roster.agentOf(index))) {
        stored.raisedAt = alert->raisedAt;
        stored.downSince = alert->downSince;
    }
    m_store->put(stored, urgent);
}

} // namespace heartline::fleet
