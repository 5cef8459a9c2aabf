// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's part in the reconnect procedure.
#include "fleet/fleet_engine.h"

namespace heartline::fleet {

namespace {
/// Real seconds that a fresh beat is waited for, at the network's pace: one and a half periods.
constexpr double kPatienceSeconds = 45;
/// For so long one redial serves all who ask for one. Real time.
constexpr auto kRedialRest = std::chrono::seconds(10);
} // namespace

void FleetEngine::reconnect(const std::vector<AgentIndex> &agents) {
    for (const AgentIndex agent : agents)
        startReconnect(agent);
}

void FleetEngine::redial(liveness::RegistryIndex registry) {
    RegistryEntry &entry = m_registries[registry];
    if (entry.redialledAt && m_clock.mono() - *entry.redialledAt < kRedialRest)
        return;
    entry.redialledAt = m_clock.mono();
    entry.desk->client().reconnectNow();
}

void FleetEngine::answerReaders(liveness::WatchIndex watch, const Result<std::string> &outcome) {
    const auto waiting = m_readers.extract(watch);
    if (waiting.empty())
        return;
    for (const diagnosis::ReconnectProcedure::Done &done : waiting.mapped())
        done(outcome);
}

void FleetEngine::startReconnect(AgentIndex index) {
    const auto it = m_agents.find(index);
    if (it == m_agents.end())
        return;
    AgentEntry &entry = it->second;
    if (entry.reconnect && entry.reconnect->isRunning())
        return;
    entry.reconnect = std::make_unique<diagnosis::ReconnectProcedure>(
        reconnectHooks(index), m_options.thresholds.paced(kPatienceSeconds), m_clock, m_scheduler);
    m_changedReconnects.emplace_back(index, true);
    entry.reconnect->start();
    flushSoon();
}

diagnosis::ReconnectProcedure::Hooks FleetEngine::reconnectHooks(AgentIndex index) {
    using Done = diagnosis::ReconnectProcedure::Done;
    const liveness::WatchIndex speaker = standing(index).speaker;
    const liveness::Watch &watch = m_core.watch(speaker);
    const liveness::RegistryIndex registry = watch.registry;
    const std::string id = watch.entityId;
    diagnosis::ReconnectProcedure::Hooks hooks;
    hooks.changed = [this, index] {
        m_detailChanged = m_detailChanged || m_detail == index;
        flushSoon();
    };
    hooks.finished = [this, index] {
        m_changedReconnects.emplace_back(index, false);
        flushSoon();
    };
    hooks.renewView = [this, registry, speaker](const Done &done) {
        redial(registry);
        // By the core, which reads many by lists and keeps to the registry's budget.
        m_readers[speaker].push_back(done);
        feed(liveness::event::ReadWanted{speaker});
    };
    if (m_options.runsHeartbeat && m_options.runsHeartbeat(id))
        hooks.restartHeartbeat = [this, id](const Done &done) {
            done(m_options.restartHeartbeat(id)
                     ? Result<std::string>("Heartbeat restarted here")
                     : Result<std::string>(
                           fail(ErrorKind::NotFound, "it does not run here any more")));
        };
    hooks.probeHealth = [this, index, speaker, id](const Done &done) {
        const auto &record = m_watches[speaker].record;
        const std::string address = record ? record->entityUrl : std::string();
        if (const auto allowed = diagnosis::mayProbe(m_options.probing, address); !allowed)
            return done(fail(ErrorKind::Refused, allowed.error().message));
        diagnosis::probeHealth(
            m_probeRest, address, id,
            [this, index, done](const diagnosis::HealthWitness &said, Nanoseconds) {
                m_agents[index].health = said;
                m_agents[index].healthAt = m_clock.utc();
                if (said.said == diagnosis::HealthWitness::Said::Ok)
                    done(std::string("/health answers: ") + said.detail);
                else
                    done(fail(ErrorKind::Network, said.detail));
            });
    };
    return hooks;
}

} // namespace heartline::fleet
