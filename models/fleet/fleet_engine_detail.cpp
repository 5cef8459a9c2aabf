// SPDX-License-Identifier: GPL-3.0-or-later
// The details of one agent: who says what.
#include "fleet/fleet_engine.h"

#include "alerts/notification_text.h"
#include "base/rfc3339.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace heartline::fleet {

namespace {

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
    const bool absent = watch.evidence.gone || watch.evidence.isMissing();
    if (absent)
        line.says = "no longer there";
    else if (record)
        line.says = timeOfDay(record->lastHeartbeat) +
                    (record->status == protocol::EntityStatus::Inactive ? ", inactive" : "");
    else
        line.says = "not read yet";
    const bool bad = absent || (record && record->status == protocol::EntityStatus::Inactive) ||
                     watch.judgement.state == liveness::AgentState::Stale;
    line.mark = bad      ? EvidenceLine::Mark::Bad
                : record ? EvidenceLine::Mark::Good
                         : EvidenceLine::Mark::Neutral;
    if (absent && watch.evidence.missedAt)
        line.when = "asked " + alerts::ageText(now - *watch.evidence.missedAt) + " ago";
    else if (watch.evidence.recordReadAt)
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

EvidenceLine searchLine(std::optional<bool> found, const std::string &error,
                        std::optional<Nanoseconds> ago) {
    EvidenceLine line;
    line.witness = "search";
    if (!error.empty())
        line.says = "not told: " + error;
    else if (!found)
        line.says = "not tried yet";
    else
        line.says = *found ? "its name finds it" : "its name does not find it";
    if (found && error.empty())
        line.mark = *found ? EvidenceLine::Mark::Good : EvidenceLine::Mark::Bad;
    if (ago)
        line.when = alerts::ageText(*ago) + " ago";
    return line;
}

/// What another registry says of the same agent.
EvidenceLine otherLine(const liveness::Watch &watch, const std::string &host, bool dissents) {
    EvidenceLine line;
    line.witness = host;
    if (watch.evidence.gossipCopy)
        line.says = watch.evidence.gone ? "a copy: deregistered"
                    : watch.evidence.toldStatus == protocol::EntityStatus::Inactive
                        ? "a copy: inactive"
                        : "a copy of another registry's record";
    else
        line.says = std::string(liveness::stateWord(watch.judgement.state)) +
                    (watch.judgement.age && watch.evidence.everBeat
                         ? ", last beat " + alerts::ageText(watch.judgement.age->middle()) + " ago"
                         : "");
    line.mark = dissents ? EvidenceLine::Mark::Bad : EvidenceLine::Mark::Neutral;
    return line;
}

/// Of an agent that other registries only have copies of.
diagnosis::Verdict awayVerdict(const std::string &home) {
    return {"Judged by its home registry alone",
            "Its home is " + home + ", which is not watched here. A copy carries no heartbeat.",
            {}};
}

} // namespace

AgentDetail FleetEngine::detailOf(AgentIndex agent) const {
    const liveness::Standing standing = this->standing(agent);
    const liveness::Watch &watch = m_core.watch(standing.speaker);
    const AgentEntry &entry = m_agents.at(agent);
    const registry::RegistryClient &client = m_registries[watch.registry].desk->client();
    const auto known = m_watches.find(standing.speaker);
    const auto record = known == m_watches.end() ? std::nullopt : known->second.record;
    const MonoTime now = m_clock.mono();
    AgentDetail detail;
    detail.index = agent;
    detail.home = homeOf(agent);
    detail.verdict =
        standing.copiesOnly && !watch.evidence.gone && record
            ? awayVerdict(detail.home && !detail.home->name.empty() ? detail.home->name
                                                                    : record->homeRegistry)
            : diagnosis::verdictOf(watch.judgement, m_core.registry(watch.registry).shown(),
                                   entry.health, m_options.thresholds);
    detail.missing = watch.judgement.missing;
    detail.evidence = {streamLine(watch, client, now), recordLine(watch, record, now)};
    for (const liveness::WatchIndex other : m_census.roster().watchesOf(agent))
        if (other != standing.speaker)
            detail.evidence.push_back(
                otherLine(m_core.watch(other), hostOf(m_core.watch(other).registry),
                          std::count(standing.dissent.begin(), standing.dissent.end(), other) > 0));
    detail.evidence.push_back(
        searchLine(entry.inSearch, entry.searchError,
                   entry.searchedAt ? std::optional(now - *entry.searchedAt) : std::nullopt));
    detail.evidence.push_back(healthLine(entry.health, entry.healthAt));
    detail.evidence.push_back(clockLine(m_core.registry(watch.registry).clock, now, m_clock.utc()));
    if (standing.flapping)
        detail.evidence.push_back(
            {EvidenceLine::Mark::Bad,
             "flapping",
             std::to_string(watch.flaps.transitions()) + " ups and downs within half an hour",
             {}});
    if (standing.doubled)
        detail.evidence.push_back({EvidenceLine::Mark::Bad,
                                   "two processes",
                                   "beats come twice as often: its key runs twice",
                                   {}});
    const auto add = [&detail](const char *name, const std::string &value) {
        if (!value.empty())
            detail.record.emplace_back(name, value);
    };
    if (record) {
        const protocol::EntityRecord &r = *record;
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
        add("Home registry", r.homeRegistry);
        add("Ownership",
            known->second.proved ? "proved by key and developer's signature" : "not proved");
    }
    add("Connections",
        std::to_string(m_core.connectionsLastHour(standing.speaker, now)) + " in the last hour");
    if (entry.reconnect) {
        detail.steps = entry.reconnect->steps();
        detail.reconnecting = entry.reconnect->isRunning();
        detail.reconnectStartedAt = entry.reconnect->startedAt();
    }
    return detail;
}

std::optional<HomeOffer> FleetEngine::homeOf(AgentIndex agent) const {
    const liveness::Standing standing = this->standing(agent);
    const auto known = m_watches.find(standing.speaker);
    if (!standing.copiesOnly || known == m_watches.end() || !known->second.record ||
        isWatchedRegistry(known->second.record->homeRegistry))
        return std::nullopt;
    HomeOffer offer;
    offer.registryId = known->second.record->homeRegistry;
    if (const auto peer = m_peers.find(offer.registryId); peer != m_peers.end()) {
        offer.name = peer->second.name;
        // Peers tell the address of the mesh, "host:4001": the registry is mostly on that host.
        const std::string host = peer->second.address.substr(0, peer->second.address.rfind(':'));
        if (!host.empty())
            offer.url = "https://" + host;
    }
    return offer;
}

} // namespace heartline::fleet
