// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's part in the reconnect procedure, and the details of one agent.
#include "fleet/fleet_engine.h"

#include "alerts/notification_text.h"
#include "base/rfc3339.h"

#include <array>
#include <cstdio>

namespace heartline::fleet {

namespace {

/// Real seconds that a fresh beat is waited for, at the network's pace: one and a half periods.
constexpr double kPatienceSeconds = 45;

std::string timeOfDay(std::optional<UtcTime> time) {
    return time ? formatRfc3339(*time).substr(11, 8) + " UTC" : std::string("never");
}

EvidenceLine streamLine(const liveness::Watch &watch, const registry::RegistryClient &client,
                        MonoTime now) {
    EvidenceLine line;
    line.witness = "stream";
    if (client.link() != liveness::LinkState::Connected) {
        line.says = std::string(liveness::linkWord(client.link()));
        line.mark = EvidenceLine::Mark::Bad;
    } else if (watch.evidence.lastStreamEventAt) {
        line.says =
            "beat heard " + alerts::ageText(now - *watch.evidence.lastStreamEventAt) + " ago";
        line.mark = EvidenceLine::Mark::Good;
    } else {
        line.says = "listening, no beat heard yet";
    }
    return line;
}

EvidenceLine recordLine(const liveness::Watch &watch,
                        const std::optional<protocol::EntityRecord> &record, MonoTime now) {
    EvidenceLine line;
    line.witness = "record";
    if (watch.evidence.gone)
        line.says = "no longer there";
    else if (record)
        line.says = timeOfDay(record->lastHeartbeat) +
                    (record->status == protocol::EntityStatus::Inactive ? ", inactive" : "");
    else
        line.says = "not read yet";
    const bool bad = watch.evidence.gone ||
                     (record && record->status == protocol::EntityStatus::Inactive) ||
                     watch.judgement.state == liveness::AgentState::Stale;
    line.mark = bad      ? EvidenceLine::Mark::Bad
                : record ? EvidenceLine::Mark::Good
                         : EvidenceLine::Mark::Neutral;
    if (watch.evidence.recordReadAt)
        line.when = "read " + alerts::ageText(now - *watch.evidence.recordReadAt) + " ago";
    return line;
}

EvidenceLine clockLine(const liveness::RegistryClock &clock, MonoTime now, UtcTime utc) {
    EvidenceLine line;
    line.witness = "clocks";
    if (!clock.isKnown()) {
        line.says = "registry's clock not measured yet";
        return line;
    }
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "registry %+.2f s, known to ± %.2f s",
                  toSeconds(clock.estimate(now) - utc), toSeconds(clock.uncertainty(now)));
    line.says = text.data();
    line.mark = EvidenceLine::Mark::Good;
    return line;
}

EvidenceLine healthLine(const diagnosis::HealthWitness &health, std::optional<UtcTime> at) {
    using Said = diagnosis::HealthWitness::Said;
    EvidenceLine line;
    line.witness = "agent /health";
    line.says = health.said == Said::NotAsked ? "not asked" : health.detail;
    line.mark = health.said == Said::Ok         ? EvidenceLine::Mark::Good
                : health.said == Said::NotAsked ? EvidenceLine::Mark::Neutral
                                                : EvidenceLine::Mark::Bad;
    if (at)
        line.when = "asked " + timeOfDay(at);
    return line;
}

} // namespace

AgentDetail FleetEngine::detailOf(std::uint32_t index) const {
    const liveness::Watch &watch = m_core.watch(index);
    const AgentEntry &entry = m_agents.at(index);
    const registry::RegistryClient &client = *m_registries[watch.registry].client;
    const MonoTime now = m_clock.mono();
    AgentDetail detail;
    detail.index = index;
    detail.verdict =
        diagnosis::verdictOf(watch.judgement, client.link(), entry.health, m_options.thresholds);
    detail.evidence = {streamLine(watch, client, now), recordLine(watch, entry.record, now),
                       healthLine(entry.health, entry.healthAt),
                       clockLine(m_core.registry(watch.registry).clock, now, m_clock.utc())};
    if (entry.record) {
        const protocol::EntityRecord &r = *entry.record;
        const auto add = [&detail](const char *name, const std::string &value) {
            if (!value.empty())
                detail.record.emplace_back(name, value);
        };
        add("Type", r.entityType);
        add("Category", r.category);
        std::string tags;
        for (const std::string &tag : r.tags)
            tags += (tags.empty() ? "" : ", ") + tag;
        add("Tags", tags);
        add("Summary", r.summary);
        add("Address", r.entityUrl);
        add("Registered", r.registeredAt ? formatRfc3339(*r.registeredAt) : std::string());
        add("Last start", r.updatedAt ? formatRfc3339(*r.updatedAt) : std::string());
        add("Developer", r.developerId);
        add("Ownership",
            entry.facts.proved ? "proved by key and developer's signature" : "not proved");
        add("Connections seen", std::to_string(watch.evidence.connectionsSeen));
    }
    if (entry.reconnect) {
        detail.steps = entry.reconnect->steps();
        detail.reconnecting = entry.reconnect->isRunning();
        detail.reconnectStartedAt = entry.reconnect->startedAt();
    }
    return detail;
}

void FleetEngine::reconnect(std::uint32_t index) {
    const auto it = m_agents.find(index);
    if (it == m_agents.end())
        return;
    AgentEntry &entry = it->second;
    if (entry.reconnect && entry.reconnect->isRunning())
        return;
    entry.reconnect = std::make_unique<diagnosis::ReconnectProcedure>(
        reconnectHooks(index), m_options.thresholds.paced(kPatienceSeconds), m_clock);
    const auto changed = [this, index] {
        m_detailChanged = m_detailChanged || m_detail == index;
        m_flushTimer.start();
    };
    connect(entry.reconnect.get(), &diagnosis::ReconnectProcedure::changed, this, changed);
    connect(entry.reconnect.get(), &diagnosis::ReconnectProcedure::finished, this, [this, index] {
        m_changedReconnects.emplace_back(index, false);
        m_flushTimer.start();
    });
    m_changedReconnects.emplace_back(index, true);
    entry.reconnect->start();
    changed();
}

diagnosis::ReconnectProcedure::Hooks FleetEngine::reconnectHooks(std::uint32_t index) {
    using Done = diagnosis::ReconnectProcedure::Done;
    const liveness::Watch &watch = m_core.watch(index);
    const liveness::RegistryIndex registry = watch.registry;
    const std::string id = watch.entityId;
    diagnosis::ReconnectProcedure::Hooks hooks;
    hooks.renewView = [this, registry, id](const Done &done) {
        m_registries[registry].client->reconnectNow();
        readRecord(registry, id, true, [done](const Result<std::string> &read) {
            done(read ? Result<std::string>("Stream reopened, record read again") : read);
        });
    };
    if (m_options.runsHeartbeat && m_options.runsHeartbeat(id))
        hooks.restartHeartbeat = [this, id](const Done &done) {
            done(m_options.restartHeartbeat(id)
                     ? Result<std::string>("Heartbeat restarted here")
                     : Result<std::string>(
                           fail(ErrorKind::NotFound, "it does not run here any more")));
        };
    hooks.probeHealth = [this, index, id](const Done &done) {
        const auto found = m_agents.find(index);
        const std::string address = found != m_agents.end() && found->second.record
                                        ? found->second.record->entityUrl
                                        : std::string();
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
