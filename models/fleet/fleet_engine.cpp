// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's loop: events into the core, effects out of it, updates to the screen.
#include "fleet/fleet_engine.h"

#include "base/logging.h"
#include "http/qt_transport.h"
#include "protocol/display_text.h"
#include "protocol/registry_url.h"

#include <QRandomGenerator>
#include <algorithm>

namespace heartline::fleet {

namespace event = liveness::event;

namespace {

constexpr auto kFlushInterval = std::chrono::milliseconds(50);
constexpr double kTickSeconds = 0.25;
constexpr Nanoseconds kTick = std::chrono::milliseconds(250);
constexpr Nanoseconds kShortestTick = std::chrono::milliseconds(50);
/// Real time: ticks come four times a second.
constexpr auto kStoodStill = std::chrono::seconds(8);
/// Beats are stored so often; alerts at once.
constexpr auto kStoreInterval = std::chrono::seconds(30);

} // namespace

FleetEngine::FleetEngine(FleetOptions options, const Clock &clock, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_clock(clock),
      m_core(m_options.thresholds, clock.mono()),
      m_candidates(m_options.candidates, m_options.registries.size(), m_options.thresholds.pace()),
      m_searchChecks(m_options.thresholds.pace()), m_probeRest(clock) {
    for (const Candidate &candidate : m_options.candidates)
        m_named.insert(candidate.ids.begin(), candidate.ids.end());
    // The core keeps references to the clocks of registries: all are added before any starts.
    std::vector<liveness::RegistryIndex> indices;
    for (std::size_t i = 0; i < m_options.registries.size(); ++i)
        indices.push_back(m_core.addRegistry(clock.mono()));
    for (const liveness::RegistryIndex index : indices)
        addRegistry(index);
}

FleetEngine::~FleetEngine() {
    for (const liveness::WatchIndex watch : std::exchange(m_unstored, {}))
        store(watch, false);
    m_agents.clear(); // procedures first: they call back into registries
}

void FleetEngine::addRegistry(liveness::RegistryIndex index) {
    const auto own = m_options.trust.find(m_options.registries[index]);
    const http::Trust trust =
        own == m_options.trust.end() ? http::Trust::fromEnvironment() : own->second;
    RegistryEntry &entry = m_registries.emplace_back();
    entry.transport = std::make_unique<http::QtTransport>(m_clock, trust);
    entry.desk = std::make_unique<watch::RegistryDesk>(
        index, m_options.registries[index], m_options.developerId,
        Environment{m_clock, m_scheduler, *entry.transport, QRandomGenerator::global()->generate()},
        m_core.clock(index),
        watch::RegistryDesk::Hooks{
            .feed = [this](const liveness::Event &event) { feed(event); },
            .wanted = [this, index](std::string_view id) { return m_core.listensFor(index, id); },
            .took = [this,
                     index](const protocol::EntityRecord &record, MonoTime sentAt,
                            event::ReadBy by) { tookRecord(index, record, sentAt, by, false); },
            .failed =
                [this, index](const std::string &entityId, const Error &error) {
                    if (const auto watch = m_core.find(index, entityId))
                        answerReaders(*watch, tl::unexpected(error));
                },
            .linkChanged = [this, index] { linkChanged(index); },
            .listed = [this, index] { m_changedRegistries.insert(index); }});
}

void FleetEngine::linkChanged(liveness::RegistryIndex registry) {
    const auto &client = m_registries[registry].desk->client();
    qCInfo(lcFleet, "%s: %s %s", client.url().c_str(),
           std::string(liveness::linkWord(client.link())).c_str(), client.detail().c_str());
    m_changedRegistries.insert(registry);
    storeRegistry(registry);
}

void FleetEngine::start() {
    recall();
    m_lastTickAt = m_clock.mono();
    m_storedAt = m_lastTickAt;
    m_tickTimer.repeat(std::clamp(m_options.thresholds.paced(kTickSeconds), kShortestTick, kTick));
    m_secondTimer.repeat(std::chrono::seconds(1));
    for (RegistryEntry &entry : m_registries)
        entry.desk->client().start();
    for (std::uint32_t i = 0; i < m_registries.size(); ++i)
        m_changedRegistries.insert(i);
    flushSoon();
}

bool FleetEngine::isSettled() const {
    for (std::uint32_t i = 0; i < m_registries.size(); ++i) {
        const auto shown = m_core.registry(i).shown();
        if (!m_registries[i].desk->isListed() &&
            (liveness::isSighted(shown) || shown == liveness::LinkState::Connecting))
            return false;
    }
    return true;
}

std::string FleetEngine::trouble(std::uint32_t index) const {
    const RegistryEntry &entry = m_registries[index];
    return m_core.registry(index).failing ? entry.desk->readError() : entry.desk->client().detail();
}

void FleetEngine::tick() {
    const MonoTime now = m_clock.mono();
    // Ticks that stay out mean that this machine, or this process, stood still.
    const MonoTime last = std::exchange(m_lastTickAt, now);
    if (now - last > kStoodStill) {
        qCInfo(lcFleet, "stood still for %.0f s: everything is read again", toSeconds(now - last));
        feed(event::Woke{last});
    }
    feed(event::Tick{});
    askForCandidates();
    checkSearch();
    if (auto notice = m_alerts.takeNotice(m_clock.mono()); !notice.empty() && m_updateSink) {
        FleetUpdate update;
        update.notice = std::move(notice);
        m_updateSink(std::move(update));
    }
}

void FleetEngine::everySecond() {
    for (std::uint32_t i = 0; i < m_registries.size(); ++i)
        m_changedRegistries.insert(i);
    m_detailChanged = m_detail.has_value();
    if (auto nowhere = unregistered(); nowhere != m_unregistered) {
        m_unregistered = nowhere;
        m_untoldUnregistered = std::move(nowhere);
    }
    flushSoon();
    if (m_clock.mono() - m_storedAt < kStoreInterval)
        return;
    m_storedAt = m_clock.mono();
    for (const liveness::WatchIndex watch : std::exchange(m_unstored, {}))
        store(watch, false);
}

void FleetEngine::feed(const liveness::Event &fed) {
    // Effects may bring events of their own at once; the core is not entered twice.
    m_core.handle(fed, m_clock.mono(), m_effects);
    if (!m_draining)
        drain();
}

void FleetEngine::drain() {
    m_draining = true;
    for (std::size_t i = 0; i < m_effects.size(); ++i) {
        const liveness::Effect next = m_effects[i]; // performing may add more
        std::visit(
            [this](const auto &told) {
                if constexpr (requires(watch::RegistryDesk & desk) { desk.perform(told); })
                    m_registries[told.registry].desk->perform(told);
                else
                    perform(told);
            },
            next);
    }
    m_effects.clear();
    m_draining = false;
    tellChange();
    if (!m_changedLives.empty() || !m_changedFacts.empty() || !m_changedRegistries.empty() ||
        m_alerts.hasChanges())
        flushSoon();
}

void FleetEngine::flushSoon() {
    if (!m_flushTimer.isActive())
        m_flushTimer.start(kFlushInterval);
}

std::string FleetEngine::hostOf(liveness::RegistryIndex registry) const {
    return protocol::registryHost(m_options.registries[registry]);
}

std::optional<MonoTime> FleetEngine::monoOf(const liveness::Watch &watch) const {
    if (!watch.evidence.lastBeat)
        return std::nullopt;
    return watch.evidence.lastBeat->likely();
}

AgentLife FleetEngine::lifeOf(AgentIndex agent, bool beat) const {
    const liveness::Standing standing = this->standing(agent);
    const liveness::Watch &watch = m_core.watch(standing.speaker);
    AgentLife life;
    life.index = agent;
    life.state = watch.judgement.state;
    if (watch.evidence.everBeat || watch.judgement.neverBeat)
        life.lastBeat = monoOf(watch);
    life.beat = beat && life.lastBeat && watch.evidence.everBeat;
    life.alerted = standing.alerted;
    life.flapping = standing.flapping;
    life.doubled = standing.doubled;
    life.missing = watch.judgement.missing;
    life.neverBeat = watch.judgement.neverBeat;
    life.inSearch = m_agents.at(agent).inSearch;
    if (const auto told = watch.evidence.toldStatus;
        standing.copiesOnly && !watch.evidence.gone && told != protocol::EntityStatus::Unstated)
        life.copySays = (told == protocol::EntityStatus::Inactive ? "inactive on " : "active on ") +
                        hostOf(watch.registry);
    for (const liveness::WatchIndex other : standing.dissent) {
        const liveness::Watch &view = m_core.watch(other);
        const std::string word = view.evidence.gossipCopy
                                     ? "inactive"
                                     : std::string(liveness::stateWord(view.judgement.state));
        life.dissent += (life.dissent.empty() ? "" : ", ") + word + " on " + hostOf(view.registry);
    }
    return life;
}

RegistryLife FleetEngine::lifeOfRegistry(std::uint32_t index) const {
    const registry::RegistryClient &client = m_registries[index].desk->client();
    const liveness::RegistryView &view = m_core.registry(index);
    RegistryLife life;
    life.index = index;
    life.url = client.url();
    life.host = hostOf(index);
    life.name = client.info().name;
    life.link = view.shown();
    life.detail = protocol::displayText(trouble(index), 200);
    life.listError = protocol::displayText(listError(index), 200);
    life.nextTryAt = client.nextTryAt();
    life.roundTrip = client.roundTrip();
    life.sighted = view.sight.since && liveness::isSighted(life.link);
    life.lastContact =
        life.sighted ? client.lastContact() : view.troubleSince.value_or(view.blindSince);
    life.agents = static_cast<int>(view.watches.size());
    if (const MonoTime now = m_clock.mono(); view.clock.rank(now) >= liveness::ClockRank::Date) {
        life.clockAhead = toSeconds(view.clock.estimate(now) - m_clock.utc());
        life.clockUncertainty = toSeconds(view.clock.uncertainty(now));
    }
    return life;
}

void FleetEngine::acceptEnd(AgentIndex agent) {
    if (!m_agents.contains(agent))
        return;
    const std::vector<liveness::WatchIndex> watches = m_census.roster().watchesOf(agent);
    for (const liveness::WatchIndex watch : watches)
        if (m_core.watch(watch).judgement.missing)
            feed(event::EndAccepted{watch});
}

void FleetEngine::acceptRegistry(std::uint32_t registry) {
    if (registry < m_registries.size())
        m_registries[registry].desk->client().acceptRegistry();
}

void FleetEngine::showDetail(std::optional<AgentIndex> agent) {
    m_detail = agent && m_agents.contains(*agent) ? agent : std::nullopt;
    m_detailChanged = m_detail.has_value();
    flushSoon();
}

void FleetEngine::flush() {
    if (!m_updateSink)
        return;
    FleetUpdate update;
    for (const AgentIndex agent : std::exchange(m_changedFacts, {}))
        update.facts.push_back(m_agents.at(agent).facts);
    for (const auto &[agent, beat] : std::exchange(m_changedLives, {}))
        update.lives.push_back(lifeOf(agent, beat));
    for (const std::uint32_t index : std::exchange(m_changedRegistries, {}))
        update.registries.push_back(lifeOfRegistry(index));
    update.alerts = m_alerts.takeChanges();
    if (const bool settled = isSettled(); m_toldSettled != settled) {
        m_toldSettled = settled;
        update.settled = settled;
    }
    if (std::exchange(m_detailChanged, false) && m_detail)
        update.detail = detailOf(*m_detail);
    update.reconnecting = std::exchange(m_changedReconnects, {});
    update.unregistered = std::exchange(m_untoldUnregistered, {});
    if (!update.empty())
        m_updateSink(std::move(update));
}

} // namespace heartline::fleet
