// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/fleet_engine.h"

#include "base/logging.h"
#include "base/rfc3339.h"
#include "protocol/registry_url.h"

#include <algorithm>

namespace heartline::fleet {

namespace event = liveness::event;
namespace effect = liveness::effect;
using protocol::ActivityType;

namespace {

constexpr auto kFlushInterval = std::chrono::milliseconds(50);
/// Real time: ticks come four times a second.
constexpr auto kStoodStill = std::chrono::seconds(8);
/// Paging through a whole registry is dear: not more often than this, at the network's pace.
constexpr double kPagingRestSeconds = 300;

} // namespace

FleetEngine::FleetEngine(FleetOptions options, const Clock &clock, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_clock(clock),
      m_core(m_options.thresholds, clock.mono()), m_probeRest(clock) {
    const int tick = std::clamp(static_cast<int>(250 * m_options.thresholds.pace()), 50, 250);
    m_tickTimer.setInterval(tick);
    m_tickTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_tickTimer, &QTimer::timeout, this, &FleetEngine::tick);
    m_flushTimer.setSingleShot(true);
    m_flushTimer.setInterval(kFlushInterval);
    connect(&m_flushTimer, &QTimer::timeout, this, &FleetEngine::flush);
    m_secondTimer.setInterval(std::chrono::seconds(1));
    connect(&m_secondTimer, &QTimer::timeout, this, [this] {
        for (std::uint32_t i = 0; i < m_registries.size(); ++i)
            m_changedRegistries.insert(i);
        m_detailChanged = m_detail.has_value();
        m_flushTimer.start();
    });
    // The core keeps references to the clocks of registries: all are added before any starts.
    std::vector<liveness::RegistryIndex> indices;
    for (std::size_t i = 0; i < m_options.registries.size(); ++i)
        indices.push_back(m_core.addRegistry(clock.mono()));
    for (const liveness::RegistryIndex index : indices)
        addRegistry(index);
}

FleetEngine::~FleetEngine() {
    m_agents.clear(); // procedures first: they call back into registries
}

void FleetEngine::addRegistry(liveness::RegistryIndex index) {
    auto client = std::make_unique<registry::RegistryClient>(
        m_options.registries[index], m_clock, m_core.clock(index),
        [this, index](std::string_view id) { return m_core.find(index, id).has_value(); },
        [this, index](const protocol::ActivityEvent &event) { heard(index, event); });
    connect(client.get(), &registry::RegistryClient::linkChanged, this, [this, index] {
        const auto &c = *m_registries[index].client;
        qCInfo(lcFleet, "%s: %s %s", c.url().c_str(),
               std::string(liveness::linkWord(c.link())).c_str(), qPrintable(c.detail()));
        m_changedRegistries.insert(index);
        feed(event::LinkChanged{index, c.link(), c.lastContact()});
    });
    m_registries.push_back({std::move(client), {}, false});
}

void FleetEngine::start() {
    m_lastTickAt = m_clock.mono();
    m_tickTimer.start();
    m_secondTimer.start();
    for (RegistryEntry &entry : m_registries)
        entry.client->start();
    for (std::uint32_t i = 0; i < m_registries.size(); ++i)
        m_changedRegistries.insert(i);
    m_flushTimer.start();
}

bool FleetEngine::isSettled() const {
    return std::all_of(m_registries.begin(), m_registries.end(), [](const RegistryEntry &entry) {
        const auto link = entry.client->link();
        return entry.listed ||
               (!liveness::isSighted(link) && link != liveness::LinkState::Connecting);
    });
}

void FleetEngine::heard(liveness::RegistryIndex registry, const protocol::ActivityEvent &activity) {
    switch (activity.type) {
    case ActivityType::Heartbeat:
        return feed(event::BeatHeard{registry, activity.entityId, activity.timestamp});
    case ActivityType::BecameActive:
        return feed(event::ConnectionSeen{registry, activity.entityId});
    case ActivityType::BecameInactive:
    case ActivityType::Registered:
    case ActivityType::Deregistered:
        return feed(event::ChangeHinted{registry, activity.entityId});
    default:
        return;
    }
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
    if (auto notice = m_alerts.takeNotice(m_clock.mono()); !notice.empty() && m_updateSink) {
        FleetUpdate update;
        update.notice = std::move(notice);
        m_updateSink(std::move(update));
    }
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
        std::visit([this](const auto &e) { perform(e); }, next);
    }
    m_effects.clear();
    m_draining = false;
    tellChange();
    if (!m_flushTimer.isActive() && (!m_changedLives.empty() || !m_changedFacts.empty() ||
                                     !m_changedRegistries.empty() || m_alertsChanged))
        m_flushTimer.start();
}

void FleetEngine::perform(const effect::ReadRecord &read) {
    readRecord(read.registry, read.entityId, read.urgent, nullptr);
}

void FleetEngine::readRecord(liveness::RegistryIndex registry, const std::string &entityId,
                             bool urgent, std::function<void(Result<std::string>)> done) {
    m_registries[registry].client->readRecord(
        entityId, urgent,
        [this, registry, entityId,
         done = std::move(done)](Result<registry::RegistryClient::Record> read) {
            if (!read) {
                readFailed(registry, entityId, read.error());
            } else if (!read->record) {
                feed(event::RecordMissing{registry, entityId, read->sentAt});
            } else if (read->record->entityId == entityId) {
                tookRecord(registry, *read->record, read->sentAt);
            } else {
                readFailed(
                    registry, entityId,
                    {ErrorKind::Protocol, "the registry answered with another agent's record"});
            }
            if (done)
                done(read ? Result<std::string>(std::string()) : tl::unexpected(read.error()));
        });
}

void FleetEngine::readFailed(liveness::RegistryIndex registry, const std::string &entityId,
                             const Error &error) {
    qCDebug(lcFleet, "reading %s failed: %s", entityId.c_str(), error.message.c_str());
    if (error.kind == ErrorKind::RateLimited)
        feed(event::RateLimited{registry});
    feed(event::ReadFailed{registry, entityId});
}

void FleetEngine::perform(const effect::ReadList &read) {
    RegistryEntry &entry = m_registries[read.registry];
    const MonoTime now = m_clock.mono();
    const bool paging = !entry.lastPagedAt ||
                        now - *entry.lastPagedAt > m_options.thresholds.paced(kPagingRestSeconds);
    entry.client->readList(
        m_options.developerId, paging,
        [this, registry = read.registry, paging,
         now](Result<registry::ListReader::Outcome> outcome) {
            RegistryEntry &e = m_registries[registry];
            e.listed = true;
            if (!outcome) {
                if (outcome.error().kind == ErrorKind::RateLimited)
                    feed(event::RateLimited{registry});
                return feed(event::ListRead{registry, false, false, now});
            }
            if (paging && outcome->records.size() >= protocol::kDeveloperListCap)
                e.lastPagedAt = m_clock.mono();
            for (const protocol::EntityRecord &record : outcome->records)
                tookRecord(registry, record, outcome->sentAt);
            feed(event::ListRead{registry, true, outcome->complete, outcome->sentAt});
        });
}

void FleetEngine::tookRecord(liveness::RegistryIndex registry, const protocol::EntityRecord &record,
                             MonoTime sentAt) {
    const auto known = m_core.find(registry, record.entityId);
    // Somebody else's agent in our list: a registry that is mistaken or lies.
    if (!known && record.developerId != m_options.developerId)
        return;
    // The core numbers a new one next. Its facts are stored first: an alert may follow at once.
    const auto index = known.value_or(static_cast<std::uint32_t>(m_core.watchCount()));
    storeFacts(index, registry, record);
    feed(event::RecordRead{registry, record.entityId, liveness::RecordFacts::of(record), sentAt});
}

void FleetEngine::storeFacts(std::uint32_t index, liveness::RegistryIndex registry,
                             const protocol::EntityRecord &record) {
    AgentEntry &entry = m_agents[index];
    AgentFacts facts;
    facts.index = index;
    facts.entityId = record.entityId;
    facts.name = record.name.empty() ? record.entityId : record.name;
    facts.tags = record.tags;
    facts.registry = registry;
    const bool sameKey = entry.record && entry.record->publicKey == record.publicKey;
    facts.proved =
        (sameKey && entry.facts.proved) || record.isProvedToBelongTo(m_options.developerId);
    facts.runsHere = m_options.runsHeartbeat && m_options.runsHeartbeat(record.entityId);
    if (!entry.record || facts.name != entry.facts.name || facts.tags != entry.facts.tags ||
        facts.proved != entry.facts.proved)
        m_changedFacts.insert(index);
    entry.facts = std::move(facts);
    const std::string address =
        record.entityUrl.empty() && entry.record ? entry.record->entityUrl : record.entityUrl;
    entry.record = record;
    entry.record->entityUrl = address; // single records leave it out, lists have it
    m_detailChanged = m_detailChanged || m_detail == index;
}

void FleetEngine::perform(const effect::WatchAdded &added) {
    m_changedLives.emplace(added.watch, false);
    m_changedRegistries.insert(m_core.watch(added.watch).registry);
}

void FleetEngine::perform(const effect::BeatSeen &seen) {
    m_changedLives[seen.watch] = true;
    AgentEntry &entry = m_agents[seen.watch];
    if (entry.reconnect && entry.reconnect->isRunning()) {
        const auto &clock = m_core.registry(m_core.watch(seen.watch).registry).clock;
        // Only a beat from after the button was pressed counts as its success.
        const MonoTime pressed = m_clock.mono() - (m_clock.utc() - entry.reconnect->startedAt());
        if (!clock.isKnown() || seen.beat.latest >= clock.earliest(pressed))
            entry.reconnect->beatHeard();
    }
}

void FleetEngine::perform(const effect::StateChanged &changed) {
    m_changedLives.emplace(changed.watch, false);
    m_detailChanged = m_detailChanged || m_detail == changed.watch;
    tellChange();
    m_untoldChange =
        Change{changed.watch, changed.previous, changed.state, Change::Alert::None, changed.age};
}

void FleetEngine::tellChange() {
    if (m_untoldChange && m_changeSink)
        m_changeSink(*m_untoldChange);
    m_untoldChange.reset();
}

/// A state and the alert that follows from it are told as one change.
void FleetEngine::tellAlert(std::uint32_t index, Change::Alert alert,
                            std::optional<liveness::Age> age) {
    if (!m_untoldChange || m_untoldChange->index != index ||
        m_untoldChange->alert != Change::Alert::None) {
        tellChange();
        const liveness::AgentState state = m_core.watch(index).judgement.state;
        m_untoldChange = Change{index, state, state, alert, age};
    }
    m_untoldChange->alert = alert;
    tellChange();
}

void FleetEngine::perform(const effect::AlertRaised &raised) {
    const liveness::Watch &watch = m_core.watch(raised.watch);
    alerts::Alert alert;
    alert.subject = raised.watch;
    alert.name = m_agents[raised.watch].facts.name.empty() ? watch.entityId
                                                           : m_agents[raised.watch].facts.name;
    alert.registry = protocol::registryHost(m_options.registries[watch.registry]);
    alert.raisedAt = m_clock.utc();
    if (watch.evidence.lastBeat)
        alert.downSince = m_clock.utc() - (m_clock.mono() - monoOf(watch));
    m_alerts.raise(std::move(alert), m_clock.mono());
    m_alertsChanged = true;
    m_changedLives.emplace(raised.watch, false);
    tellAlert(raised.watch, Change::Alert::Raised, raised.age);
}

void FleetEngine::perform(const effect::AlertResolved &resolved) {
    m_alerts.resolve(alerts::AlertKind::AgentStale, resolved.watch, m_clock.utc(),
                     resolved.reason == effect::ResolveReason::Deregistered, m_clock.mono());
    m_alertsChanged = true;
    m_changedLives.emplace(resolved.watch, false);
    tellAlert(resolved.watch, Change::Alert::Resolved, m_core.watch(resolved.watch).judgement.age);
}

void FleetEngine::perform(const effect::RegistryAlertRaised &raised) {
    alerts::Alert alert;
    alert.kind = alerts::AlertKind::RegistryBlind;
    alert.subject = raised.registry;
    alert.name = protocol::registryHost(m_options.registries[raised.registry]);
    alert.registry = alert.name;
    alert.raisedAt = m_clock.utc();
    alert.downSince =
        m_clock.utc() - (m_clock.mono() - m_core.registry(raised.registry).blindSince);
    m_alerts.raise(std::move(alert), m_clock.mono());
    m_alertsChanged = true;
    m_changedRegistries.insert(raised.registry);
}

void FleetEngine::perform(const effect::RegistryAlertResolved &resolved) {
    m_alerts.resolve(alerts::AlertKind::RegistryBlind, resolved.registry, m_clock.utc(), false,
                     m_clock.mono());
    m_alertsChanged = true;
    m_changedRegistries.insert(resolved.registry);
}

void FleetEngine::perform(const effect::ExplainOutage &explain) {
    m_registries[explain.registry].client->readOutageWitness(
        [this,
         registry = explain.registry](Result<registry::RegistryClient::OutageWitness> witness) {
            if (witness)
                feed(event::OutageExplained{registry, witness->uptime, std::move(witness->beats),
                                            witness->sentAt});
            else
                feed(event::OutageUnexplained{registry});
        });
}

void FleetEngine::perform(const effect::DialAnew &dial) {
    m_registries[dial.registry].client->reconnectNow();
}

void FleetEngine::perform(const effect::FlappingChanged &changed) {
    m_changedLives.emplace(changed.watch, false);
    const auto kind = alerts::AlertKind::AgentFlapping;
    if (changed.flapping) {
        alerts::Alert alert;
        alert.kind = kind;
        alert.subject = changed.watch;
        alert.name = m_agents[changed.watch].facts.name;
        alert.registry =
            protocol::registryHost(m_options.registries[m_core.watch(changed.watch).registry]);
        alert.raisedAt = m_clock.utc();
        m_alerts.raise(std::move(alert), m_clock.mono());
    } else {
        m_alerts.resolve(kind, changed.watch, m_clock.utc(), false, m_clock.mono());
    }
    m_alertsChanged = true;
}

void FleetEngine::perform(const effect::DoubledChanged &changed) {
    m_changedLives.emplace(changed.watch, false);
    m_detailChanged = m_detailChanged || m_detail == changed.watch;
}

MonoTime FleetEngine::monoOf(const liveness::Watch &watch) const {
    const liveness::BeatFact &beat = *watch.evidence.lastBeat;
    const auto &clock = m_core.registry(watch.registry).clock;
    if (beat.source == liveness::BeatSource::Stream || !clock.isKnown())
        return beat.heardAt;
    const UtcTime middle = beat.earliest + (beat.latest - beat.earliest) / 2;
    return beat.heardAt - std::max<Nanoseconds>(clock.estimate(beat.heardAt) - middle, 0ns);
}

AgentLife FleetEngine::lifeOf(std::uint32_t index, bool beat) const {
    const liveness::Watch &watch = m_core.watch(index);
    AgentLife life;
    life.index = index;
    life.state = watch.judgement.state;
    if (watch.evidence.lastBeat && watch.evidence.everBeat)
        life.lastBeat = monoOf(watch);
    life.beat = beat && life.lastBeat;
    life.alerted = watch.alerted;
    return life;
}

RegistryLife FleetEngine::lifeOfRegistry(std::uint32_t index) const {
    const registry::RegistryClient &client = *m_registries[index].client;
    const liveness::RegistryView &view = m_core.registry(index);
    RegistryLife life;
    life.index = index;
    life.url = client.url();
    life.host = protocol::registryHost(client.url());
    life.name = client.info().name;
    life.link = client.link();
    life.detail = client.detail().toStdString();
    life.nextTryAt = client.nextTryAt();
    life.roundTrip = client.roundTrip();
    life.lastContact = client.lastContact();
    life.sighted = liveness::isSighted(client.link());
    life.agents = static_cast<int>(view.watches.size());
    if (view.clock.isKnown()) {
        const MonoTime now = m_clock.mono();
        life.clockAhead = toSeconds(view.clock.estimate(now) - m_clock.utc());
        life.clockUncertainty = toSeconds(view.clock.uncertainty(now));
    }
    return life;
}

void FleetEngine::showDetail(std::optional<std::uint32_t> index) {
    m_detail = index && m_agents.contains(*index) ? index : std::nullopt;
    m_detailChanged = m_detail.has_value();
    m_flushTimer.start();
}

void FleetEngine::flush() {
    if (!m_updateSink)
        return;
    FleetUpdate update;
    for (const std::uint32_t index : std::exchange(m_changedFacts, {}))
        update.facts.push_back(m_agents.at(index).facts);
    for (const auto &[index, beat] : std::exchange(m_changedLives, {}))
        update.lives.push_back(lifeOf(index, beat));
    for (const std::uint32_t index : std::exchange(m_changedRegistries, {}))
        update.registries.push_back(lifeOfRegistry(index));
    if (std::exchange(m_alertsChanged, false))
        update.alerts =
            std::vector<alerts::Alert>(m_alerts.alerts().begin(), m_alerts.alerts().end());
    if (std::exchange(m_detailChanged, false) && m_detail)
        update.detail = detailOf(*m_detail);
    update.reconnecting = std::exchange(m_changedReconnects, {});
    if (!update.empty())
        m_updateSink(std::move(update));
}

} // namespace heartline::fleet
