// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_options.h"
#include "fleet/fleet_update.h"
#include "registry/registry_client.h"

#include <QObject>
#include <QTimer>
#include <map>
#include <memory>
#include <set>

namespace heartline::fleet {

/// Runs the core on live registries: feeds it with what they say, performs what it asks for, and
/// hands on what changed. All sockets, parsing and decisions are in the one thread it was made in.
class FleetEngine : public QObject {
    Q_OBJECT
public:
    /// Each change of state or alert, at once.
    struct Change {
        std::uint32_t index;
        liveness::AgentState previous;
        liveness::AgentState state;
        enum class Alert { None, Raised, Resolved } alert;
        std::optional<liveness::Age> age;
    };
    using UpdateSink = std::function<void(FleetUpdate)>;
    using ChangeSink = std::function<void(const Change &)>;

    /// `clock` must outlive the engine.
    FleetEngine(FleetOptions options, const Clock &clock, QObject *parent = nullptr);
    ~FleetEngine() override;

    /// Updates come at most every 50 ms. Both sinks are called in the engine's thread.
    void setUpdateSink(UpdateSink sink) { m_updateSink = std::move(sink); }
    void setChangeSink(ChangeSink sink) { m_changeSink = std::move(sink); }

    void start();

    /// Starts the reconnect procedure for an agent; a running one goes on.
    void reconnect(std::uint32_t index);
    /// Whose details are wanted; nothing closes them.
    void showDetail(std::optional<std::uint32_t> index);

    [[nodiscard]] const FleetOptions &options() const { return m_options; }
    [[nodiscard]] const liveness::Core &core() const { return m_core; }
    [[nodiscard]] const AgentFacts &facts(std::uint32_t index) const {
        return m_agents.at(index).facts;
    }
    [[nodiscard]] const registry::RegistryClient &registry(std::uint32_t index) const {
        return *m_registries[index].client;
    }
    /// Every registry has been read once, or has failed: the picture is whole.
    [[nodiscard]] bool isSettled() const;

private:
    struct AgentEntry {
        AgentFacts facts;
        std::optional<protocol::EntityRecord> record;
        diagnosis::HealthWitness health;
        std::optional<UtcTime> healthAt;
        std::unique_ptr<diagnosis::ReconnectProcedure> reconnect;
    };
    struct RegistryEntry {
        std::unique_ptr<registry::RegistryClient> client;
        std::optional<MonoTime> lastPagedAt;
        bool listed = false;
    };

    void addRegistry(liveness::RegistryIndex index);
    void heard(liveness::RegistryIndex registry, const protocol::ActivityEvent &event);
    void tick();
    void feed(const liveness::Event &event);
    void drain();
    void perform(const liveness::effect::ReadRecord &effect);
    void perform(const liveness::effect::ReadList &effect);
    void perform(const liveness::effect::WatchAdded &effect);
    void perform(const liveness::effect::BeatSeen &effect);
    void perform(const liveness::effect::StateChanged &effect);
    void perform(const liveness::effect::AlertRaised &effect);
    void perform(const liveness::effect::AlertResolved &effect);
    void perform(const liveness::effect::RegistryAlertRaised &effect);
    void perform(const liveness::effect::RegistryAlertResolved &effect);
    void perform(const liveness::effect::ExplainOutage &effect);
    void perform(const liveness::effect::DialAnew &effect);
    void perform(const liveness::effect::FlappingChanged &effect);
    void perform(const liveness::effect::DoubledChanged &effect);
    void readRecord(liveness::RegistryIndex registry, const std::string &entityId, bool urgent,
                    std::function<void(Result<std::string>)> done);
    void tookRecord(liveness::RegistryIndex registry, const protocol::EntityRecord &record,
                    MonoTime sentAt);
    void storeFacts(std::uint32_t index, liveness::RegistryIndex registry,
                    const protocol::EntityRecord &record);
    void readFailed(liveness::RegistryIndex registry, const std::string &entityId,
                    const Error &error);
    void tellChange();
    void tellAlert(std::uint32_t index, Change::Alert alert, std::optional<liveness::Age> age);
    void flush();
    [[nodiscard]] AgentLife lifeOf(std::uint32_t index, bool beat) const;
    [[nodiscard]] RegistryLife lifeOfRegistry(std::uint32_t index) const;
    [[nodiscard]] AgentDetail detailOf(std::uint32_t index) const;
    [[nodiscard]] MonoTime monoOf(const liveness::Watch &watch) const;
    diagnosis::ReconnectProcedure::Hooks reconnectHooks(std::uint32_t index);

    const FleetOptions m_options;
    const Clock &m_clock;
    liveness::Core m_core;
    std::vector<RegistryEntry> m_registries;
    std::map<std::uint32_t, AgentEntry> m_agents;
    alerts::AlertBook m_alerts;
    http::RestClient m_probeRest;
    QTimer m_tickTimer;
    QTimer m_flushTimer;
    QTimer m_secondTimer;

    std::vector<liveness::Effect> m_effects;
    std::vector<liveness::Event> m_events;
    bool m_draining = false;
    MonoTime m_lastTickAt;

    UpdateSink m_updateSink;
    ChangeSink m_changeSink;
    std::map<std::uint32_t, bool> m_changedLives; // value: a new beat
    std::set<std::uint32_t> m_changedFacts;
    std::set<std::uint32_t> m_changedRegistries;
    std::vector<std::pair<std::uint32_t, bool>> m_changedReconnects;
    std::optional<Change> m_untoldChange;
    bool m_alertsChanged = false;
    bool m_detailChanged = false;
    std::optional<std::uint32_t> m_detail;
};

} // namespace heartline::fleet
