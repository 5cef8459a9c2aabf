// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_options.h"
#include "fleet/fleet_update.h"
#include "fleet/search_checks.h"
#include "history/watch_store.h"
#include "host/qt_scheduler.h"
#include "liveness/census.h"
#include "watch/registry_desk.h"

#include <QObject>
#include <map>
#include <memory>
#include <set>
#include <unordered_set>

namespace heartline::fleet {

/// Runs the core on live registries: feeds it with what they say, performs what it asks for, and
/// hands on what changed. All sockets, parsing and decisions are in the one thread it was made in.
/// The core watches an agent at one registry; people see one agent over all (AgentRoster).
class FleetEngine : public QObject {
    Q_OBJECT
public:
    /// Each change of state or alert of an agent at a registry, at once; also when it begins or
    /// ends to flap, or to beat from two processes: then `previous` is `state`.
    struct Change {
        liveness::WatchIndex watch;
        liveness::AgentState previous;
        liveness::AgentState state;
        enum class Alert { None, Raised, Resolved } alert;
        std::optional<liveness::Age> age;
        /// The alert is of that registry alone: the agent beats at another.
        bool lower = false;
    };
    /// Each change of our link to a registry, and of its own alert.
    struct LinkChange {
        liveness::RegistryIndex registry;
        liveness::LinkState previous;
        liveness::LinkState link;
        Change::Alert alert;
    };
    using UpdateSink = std::function<void(FleetUpdate)>;
    using ChangeSink = std::function<void(const Change &)>;
    using LinkSink = std::function<void(const LinkChange &)>;

    /// `clock` must outlive the engine.
    FleetEngine(FleetOptions options, const Clock &clock, QObject *parent = nullptr);
    ~FleetEngine() override;

    /// Updates come at most every 50 ms. All sinks are called in the engine's thread.
    void setUpdateSink(UpdateSink sink) { m_updateSink = std::move(sink); }
    void setChangeSink(ChangeSink sink) { m_changeSink = std::move(sink); }
    void setLinkSink(LinkSink sink) { m_linkSink = std::move(sink); }

    /// Recalls what was stored, if anything is to be, and connects.
    void start();

    /// This machine slept since then and is awake again.
    void woke(MonoTime sleptAt) { feed(liveness::event::Woke{sleptAt}); }
    /// Starts the reconnect procedure for each of these; a running one goes on.
    void reconnect(const std::vector<AgentIndex> &agents);
    /// The operator says that it was removed: it ends where its registry no longer knows it.
    void acceptEnd(AgentIndex agent);
    /// The operator says that the registry which answers now is the right one.
    void acceptRegistry(std::uint32_t registry);
    /// Whose details are wanted; nothing closes them.
    void showDetail(std::optional<AgentIndex> agent);

    [[nodiscard]] const FleetOptions &options() const { return m_options; }
    [[nodiscard]] const liveness::Core &core() const { return m_core; }
    [[nodiscard]] const liveness::AgentRoster &roster() const { return m_census.roster(); }
    [[nodiscard]] const AgentFacts &facts(AgentIndex agent) const {
        return m_agents.at(agent).facts;
    }
    [[nodiscard]] liveness::Standing standing(AgentIndex agent) const {
        return m_census.standing(agent);
    }
    /// What the last search for its name said; nothing before one was made.
    [[nodiscard]] std::optional<bool> inSearch(AgentIndex agent) const {
        return m_agents.at(agent).inSearch;
    }
    [[nodiscard]] const registry::RegistryClient &registry(std::uint32_t index) const {
        return m_registries[index].desk->client();
    }
    /// Key files whose agents no registry knows, once all were asked.
    [[nodiscard]] std::vector<std::string> unregistered() const;
    /// Every registry has been read once, or has failed: the picture is whole.
    [[nodiscard]] bool isSettled() const;
    /// Why a registry's list of agents cannot be read, or not all of it; empty when all is well.
    [[nodiscard]] const std::string &listError(std::uint32_t registry) const {
        return m_registries[registry].desk->listError();
    }
    /// Why its records cannot be read; of use only while the core does not see it.
    [[nodiscard]] std::string trouble(std::uint32_t registry) const;

    /// Agents that claim our developer without a proof are watched in silence, and not more of
    /// them.
    static constexpr std::size_t kMostUnproved = 1000;
    /// So many of them are named in the log.
    static constexpr std::size_t kUnprovedTold = 5;

private:
    struct WatchEntry {
        std::optional<protocol::EntityRecord> record;
        bool proved = false;
    };
    struct AgentEntry {
        AgentFacts facts;
        diagnosis::HealthWitness health;
        std::optional<UtcTime> healthAt;
        std::optional<bool> inSearch;
        /// When the search was made, and why it told nothing.
        std::optional<MonoTime> searchedAt;
        std::string searchError;
        std::unique_ptr<diagnosis::ReconnectProcedure> reconnect;
    };
    struct RegistryEntry {
        std::unique_ptr<Transport> transport;
        std::unique_ptr<watch::RegistryDesk> desk;
        /// Which registry the file says is there.
        std::string storedId;
        std::optional<MonoTime> peersReadAt;
        /// When something was last asked for that no alert waits for, where few requests are
        /// allowed.
        std::optional<MonoTime> besidesAt;
        /// When Reconnect last dialled anew.
        std::optional<MonoTime> redialledAt;
    };

    // fleet_engine.cpp: the loop
    void addRegistry(liveness::RegistryIndex index);
    void linkChanged(liveness::RegistryIndex registry);
    void tick();
    void everySecond();
    void feed(const liveness::Event &event);
    void drain();
    void flush();
    /// Within 50 ms, together with what changes meanwhile.
    void flushSoon();
    [[nodiscard]] AgentLife lifeOf(AgentIndex agent, bool beat) const;
    [[nodiscard]] RegistryLife lifeOfRegistry(std::uint32_t index) const;

    // fleet_engine_effects.cpp: what the core tells
    void perform(const liveness::effect::WatchAdded &effect);
    void perform(const liveness::effect::BeatSeen &effect);
    void perform(const liveness::effect::StateChanged &effect);
    void perform(const liveness::effect::AlertRaised &effect);
    void perform(const liveness::effect::AlertResolved &effect);
    void perform(const liveness::effect::RegistryAlertRaised &effect);
    void perform(const liveness::effect::RegistryAlertResolved &effect);
    void perform(const liveness::effect::SightChanged &effect);
    void perform(const liveness::effect::FlappingChanged &effect);
    void perform(const liveness::effect::DoubledChanged &effect);
    [[nodiscard]] alerts::Alert newAlert(alerts::AlertKind kind, liveness::WatchIndex watch) const;
    void noteChange(AgentIndex agent, bool beat = false);
    using Incident = liveness::Census::Incident;
    [[nodiscard]] alerts::Alert newAlert(const Incident &incident) const;
    /// Into the book, and told.
    void begin(const Incident &incident);
    /// In the book; false where it holds none.
    bool end(const Incident &incident);
    void tellChange();
    void tellAlert(liveness::WatchIndex watch, Change::Alert alert,
                   std::optional<liveness::Age> age, bool lower = false);
    void tellMark(liveness::WatchIndex watch);
    void tellLink(liveness::RegistryIndex registry, Change::Alert alert);

    // fleet_engine_reads.cpp: what registries are asked
    using Read = Result<registry::RegistryClient::Record>;
    /// Whether it raises alerts; the first few that do not are named in the log.
    void noteProof(liveness::WatchIndex watch, const std::string &entityId, bool owned);
    /// `asked`: by its id, which the operator named or a key file gave.
    void tookRecord(liveness::RegistryIndex registry, const protocol::EntityRecord &record,
                    MonoTime sentAt, liveness::event::ReadBy by, bool asked);
    /// Proved to be ours, or named by the operator.
    [[nodiscard]] bool isOwned(liveness::WatchIndex watch, const std::string &entityId) const;
    void storeFacts(liveness::WatchIndex watch, liveness::RegistryIndex registry,
                    const protocol::EntityRecord &record);
    void renewFacts(AgentIndex agent);
    void askForCandidates();
    /// Whether something may be asked for that no alert waits for; counts it.
    [[nodiscard]] bool mayAskBesides(liveness::RegistryIndex registry);
    void checkSearch();
    void findHome(liveness::RegistryIndex registry);
    [[nodiscard]] bool isKnown(const std::string &entityId) const;
    [[nodiscard]] bool isWatchedRegistry(const std::string &registryId) const;

    // fleet_engine_memory.cpp: what outlives the program
    void recall();
    void store(liveness::WatchIndex watch, bool urgent);
    void storeRegistry(liveness::RegistryIndex registry);

    // fleet_engine_detail.cpp, fleet_engine_reconnect.cpp
    [[nodiscard]] AgentDetail detailOf(AgentIndex agent) const;
    [[nodiscard]] std::optional<HomeOffer> homeOf(AgentIndex agent) const;
    void startReconnect(AgentIndex agent);
    diagnosis::ReconnectProcedure::Hooks reconnectHooks(AgentIndex agent);
    /// Once for all that ask within a short time.
    void redial(liveness::RegistryIndex registry);
    /// A record of this watch was read, or could not be.
    void answerReaders(liveness::WatchIndex watch, const Result<std::string> &outcome);
    /// Nothing while the registry's clock is unknown and only a record told of the beat.
    [[nodiscard]] std::optional<MonoTime> monoOf(const liveness::Watch &watch) const;
    [[nodiscard]] std::string hostOf(liveness::RegistryIndex registry) const;

    const FleetOptions m_options;
    const Clock &m_clock;
    host::QtScheduler m_scheduler;
    liveness::Core m_core;
    liveness::Census m_census{m_core};
    std::vector<RegistryEntry> m_registries;
    std::map<liveness::WatchIndex, WatchEntry> m_watches;
    std::map<AgentIndex, AgentEntry> m_agents;
    std::unordered_set<std::string> m_named;
    std::set<liveness::WatchIndex> m_unproved;
    /// Who waits for the next reading of a record.
    std::map<liveness::WatchIndex, std::vector<diagnosis::ReconnectProcedure::Done>> m_readers;
    alerts::AlertBook m_alerts;
    CandidateSearch m_candidates;
    SearchChecks m_searchChecks;
    std::map<std::string, protocol::Peer> m_peers;
    std::unique_ptr<history::WatchStore> m_store;
    std::set<liveness::WatchIndex> m_unstored;
    MonoTime m_storedAt{};
    http::RestClient m_probeRest;
    Timer m_tickTimer{m_scheduler, [this] { tick(); }};
    Timer m_flushTimer{m_scheduler, [this] { flush(); }};
    Timer m_secondTimer{m_scheduler, [this] { everySecond(); }};

    std::vector<liveness::Effect> m_effects;
    bool m_draining = false;
    MonoTime m_lastTickAt;

    UpdateSink m_updateSink;
    ChangeSink m_changeSink;
    LinkSink m_linkSink;
    std::map<AgentIndex, bool> m_changedLives; // value: a new beat
    std::set<AgentIndex> m_changedFacts;
    std::set<std::uint32_t> m_changedRegistries;
    std::vector<std::pair<AgentIndex, bool>> m_changedReconnects;
    std::vector<std::string> m_unregistered;
    std::optional<std::vector<std::string>> m_untoldUnregistered;
    std::optional<Change> m_untoldChange;
    std::optional<bool> m_toldSettled;
    bool m_detailChanged = false;
    std::optional<AgentIndex> m_detail;
};

} // namespace heartline::fleet
