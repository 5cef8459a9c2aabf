// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine asks registries for, and what it takes from their answers.
#include "fleet/fleet_engine.h"

#include "base/logging.h"
#include "identity/entity_id.h"
#include "protocol/display_text.h"

#include <algorithm>

namespace heartline::fleet {

namespace event = liveness::event;

namespace {
/// Between two questions for a registry's peers.
constexpr auto kPeersRest = std::chrono::minutes(5);
/// Between two questions that no alert waits for, where few requests are allowed; real time.
constexpr auto kBesidesRest = std::chrono::seconds(30);
} // namespace

bool FleetEngine::isOwned(liveness::WatchIndex watch, const std::string &entityId) const {
    const auto known = m_watches.find(watch);
    return m_named.contains(entityId) || (known != m_watches.end() && known->second.proved);
}

void FleetEngine::noteProof(liveness::WatchIndex watch, const std::string &entityId, bool owned) {
    if (owned) {
        m_unproved.erase(watch);
    } else if (m_unproved.insert(watch).second && m_unproved.size() <= kUnprovedTold) {
        const bool last = m_unproved.size() == kUnprovedTold;
        qCWarning(lcFleet,
                  "%s: that it is yours is not proved, so it raises no alert; its key on this "
                  "machine, or its developer's signature in the record, would prove it%s",
                  protocol::displayText(entityId, 128).c_str(),
                  last ? " (no more of them are told)" : "");
    }
}

void FleetEngine::tookRecord(liveness::RegistryIndex registry, const protocol::EntityRecord &record,
                             MonoTime sentAt, event::ReadBy by, bool asked) {
    const auto known = m_core.find(registry, record.entityId);
    // Somebody else's agent in our list: a registry that is mistaken or lies.
    if (!known && !asked && !identity::isSameId(record.developerId, m_options.developerId))
        return feed(event::StrangerRead{registry, record.entityId, sentAt});
    const bool claims = !known && !m_named.contains(record.entityId) &&
                        !record.isProvedToBelongTo(m_options.developerId);
    if (claims && m_unproved.size() >= kMostUnproved)
        return feed(event::StrangerRead{registry, record.entityId, sentAt});
    // The core numbers a new one next. Its facts are stored first: an alert may follow at once.
    const auto watch = known.value_or(static_cast<liveness::WatchIndex>(m_core.watchCount()));
    storeFacts(watch, registry, record);
    const bool owned = isOwned(watch, record.entityId);
    noteProof(watch, record.entityId, owned);
    liveness::RecordFacts facts = liveness::RecordFacts::of(record);
    // Some name themselves as the home: that is no copy.
    facts.gossipCopy = facts.gossipCopy &&
                       !identity::isSameId(record.homeRegistry,
                                           m_registries[registry].desk->client().info().registryId);
    feed(event::RecordRead{registry, record.entityId, facts, sentAt, owned, by});
    if (!known)
        renewFacts(m_census.roster().agentOf(watch));
    answerReaders(watch, std::string("Stream reopened, record read again"));
}

void FleetEngine::storeFacts(liveness::WatchIndex watch, liveness::RegistryIndex registry,
                             const protocol::EntityRecord &record) {
    const AgentIndex agent = m_census.bind(watch, record.entityId);
    WatchEntry &entry = m_watches[watch];
    const bool sameKey = entry.record && entry.record->publicKey == record.publicKey;
    entry.proved = (sameKey && entry.proved) || record.isProvedToBelongTo(m_options.developerId);
    const std::string address =
        record.entityUrl.empty() && entry.record ? entry.record->entityUrl : record.entityUrl;
    if (entry.record && entry.record->status != record.status)
        m_searchChecks.wanted(agent);
    entry.record = record;
    entry.record->entityUrl = address; // single records leave it out, lists have it
    if (record.isGossipCopy() && !isWatchedRegistry(record.homeRegistry))
        findHome(registry);
    if (watch < m_core.watchCount())
        renewFacts(agent);
    else if (m_agents[agent].facts.name.empty())
        m_agents[agent].facts.name = record.name; // for an alert that follows at once
    m_detailChanged = m_detailChanged || m_detail == agent;
}

void FleetEngine::renewFacts(AgentIndex agent) {
    const auto &watches = m_census.roster().watchesOf(agent);
    const liveness::WatchIndex speaker = standing(agent).speaker;
    AgentEntry &entry = m_agents[agent];
    AgentFacts facts;
    facts.index = agent;
    facts.entityId = m_core.watch(speaker).entityId;
    facts.registry = m_core.watch(speaker).registry;
    facts.name = entry.facts.name;
    facts.proved = entry.facts.proved;
    facts.tags = entry.facts.tags;
    for (const liveness::WatchIndex watch : watches)
        facts.registries.push_back(m_core.watch(watch).registry);
    if (const auto known = m_watches.find(speaker);
        known != m_watches.end() && known->second.record) {
        facts.name = known->second.record->name;
        facts.tags = known->second.record->tags;
        facts.proved = known->second.proved;
    }
    if (facts.name.empty())
        facts.name = facts.entityId;
    facts.runsHere = m_options.runsHeartbeat && m_options.runsHeartbeat(facts.entityId);
    if (facts == entry.facts)
        return;
    entry.facts = std::move(facts);
    m_changedFacts.insert(agent);
    noteChange(agent);
}

bool FleetEngine::isKnown(const std::string &entityId) const {
    for (liveness::RegistryIndex i = 0; i < m_registries.size(); ++i)
        if (const auto watch = m_core.find(i, entityId);
            watch && !m_core.watch(*watch).evidence.gossipCopy)
            return true;
    return false;
}

std::vector<std::string> FleetEngine::unregistered() const {
    return m_candidates.unregistered([this](const std::string &id) { return isKnown(id); });
}

bool FleetEngine::mayAskBesides(liveness::RegistryIndex registry) {
    const MonoTime now = m_clock.mono();
    if (!m_core.registry(registry).budget.isScarce(now))
        return true;
    auto &besidesAt = m_registries[registry].besidesAt;
    if (besidesAt && now - *besidesAt < kBesidesRest)
        return false;
    besidesAt = now;
    return true;
}

void FleetEngine::askForCandidates() {
    for (liveness::RegistryIndex i = 0; i < m_registries.size() && !m_candidates.empty(); ++i) {
        if (!m_registries[i].desk->isListed() || !liveness::isSighted(m_core.registry(i).link))
            continue; // lists answer most of it
        const auto id = m_candidates.next(
            i, m_clock.mono(), [this](const std::string &candidate) { return isKnown(candidate); });
        if (!id)
            continue;
        if (!mayAskBesides(i)) {
            m_candidates.putOff(i);
            continue;
        }
        m_registries[i].desk->client().readRecord(
            *id, false, [this, i, id = *id](const Read &read) {
                using Answer = CandidateSearch::Answer;
                const bool found = read && read->record && read->record->entityId == id;
                const bool unreadable = read ? read->record.has_value()
                                             : read.error().kind == ErrorKind::Protocol ||
                                                   read.error().kind == ErrorKind::TooLarge;
                // Where this is limited it rests by itself: what alerts wait for must not.
                m_candidates.answered(i,
                                      found                   ? Answer::Found
                                      : read && !read->record ? Answer::Missing
                                      : unreadable            ? Answer::Unreadable
                                                              : Answer::Failed,
                                      m_clock.mono());
                if (found)
                    tookRecord(i, *read->record, read->sentAt, event::ReadBy::Itself, true);
                flushSoon();
            });
    }
}

void FleetEngine::checkSearch() {
    const auto agent = m_searchChecks.next(m_clock.mono());
    if (!agent)
        return;
    const liveness::WatchIndex speaker = standing(*agent).speaker;
    const liveness::Watch &watch = m_core.watch(speaker);
    const auto &record = m_watches[speaker].record;
    const bool askable = record && !watch.evidence.gossipCopy && !watch.evidence.gone &&
                         liveness::isSighted(m_core.registry(watch.registry).link);
    if (!askable)
        return m_searchChecks.done(m_clock.mono());
    if (!mayAskBesides(watch.registry)) {
        m_searchChecks.done(m_clock.mono());
        return m_searchChecks.wanted(*agent);
    }
    m_registries[watch.registry].desk->client().searchFor(
        watch.entityId, m_agents[*agent].facts.name, record->developerId,
        [this, agent = *agent](const Result<bool> &found) {
            m_searchChecks.done(m_clock.mono());
            AgentEntry &entry = m_agents[agent];
            entry.searchedAt = m_clock.mono();
            entry.searchError = found ? std::string() : found.error().message;
            if (found)
                entry.inSearch = *found;
            noteChange(agent);
            flushSoon();
        });
}

bool FleetEngine::isWatchedRegistry(const std::string &registryId) const {
    return std::any_of(m_registries.begin(), m_registries.end(), [&](const RegistryEntry &entry) {
        return identity::isSameId(entry.desk->client().info().registryId, registryId);
    });
}

void FleetEngine::findHome(liveness::RegistryIndex registry) {
    RegistryEntry &entry = m_registries[registry];
    if (entry.peersReadAt && m_clock.mono() - *entry.peersReadAt < kPeersRest)
        return;
    entry.peersReadAt = m_clock.mono();
    entry.desk->client().readPeers([this](const Result<std::vector<protocol::Peer>> &peers) {
        if (!peers)
            return;
        for (const protocol::Peer &peer : *peers)
            m_peers.insert_or_assign(peer.registryId, peer);
        m_detailChanged = m_detail.has_value();
    });
}

} // namespace heartline::fleet
