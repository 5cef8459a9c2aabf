// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/mailbox.h"
#include "fleet/agent_detail_object.h"
#include "fleet/agent_list_model.h"
#include "fleet/alert_list_model.h"
#include "fleet/fleet_engine.h"
#include "fleet/registry_list_model.h"

#include <QThread>
#include <QTimer>

QT_BEGIN_NAMESPACE
class QJSEngine;
class QQmlEngine;
QT_END_NAMESPACE

namespace heartline::fleet {

/// The fleet as QML sees it. Owns the engine's thread and takes its updates into the item models.
/// GUI thread.
class Fleet : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    Q_PROPERTY(heartline::fleet::AgentListModel *agents READ agents CONSTANT)
    Q_PROPERTY(heartline::fleet::AlertListModel *alerts READ alerts CONSTANT)
    Q_PROPERTY(heartline::fleet::RegistryListModel *registries READ registries CONSTANT)
    Q_PROPERTY(heartline::fleet::AgentDetailObject *detail READ detail CONSTANT)
    /// Milliseconds on our monotonic clock: what all shown ages are told from. Stands still while
    /// `ticking` is false.
    Q_PROPERTY(double now READ now NOTIFY nowChanged)
    Q_PROPERTY(bool ticking READ isTicking WRITE setTicking NOTIFY tickingChanged)
    Q_PROPERTY(QString sentence READ sentence NOTIFY summaryChanged)
    Q_PROPERTY(QString emptyTitle READ emptyTitle NOTIFY summaryChanged)
    Q_PROPERTY(QString emptyText READ emptyText NOTIFY summaryChanged)
    Q_PROPERTY(QString label READ label NOTIFY started)
    Q_PROPERTY(int firing READ firing NOTIFY summaryChanged)
    Q_PROPERTY(int total READ total NOTIFY summaryChanged)
    /// Each: state, count, word; only states with agents, worst first.
    Q_PROPERTY(QVariantList counts READ counts NOTIFY summaryChanged)
    /// The agent whose details are open, or -1.
    Q_PROPERTY(int selected READ selected WRITE setSelected NOTIFY selectedChanged)
    /// Key files on this machine whose agents no registry knows.
    Q_PROPERTY(QStringList unregistered READ unregistered NOTIFY unregisteredChanged)
    Q_PROPERTY(double lateMs READ lateMs NOTIFY started)
    Q_PROPERTY(double staleMs READ staleMs NOTIFY started)
    Q_PROPERTY(double inactiveMs READ inactiveMs NOTIFY started)
    Q_PROPERTY(double sweepMs READ sweepMs NOTIFY started)
    Q_PROPERTY(double windowMs READ windowMs NOTIFY started)
    Q_PROPERTY(QString windowText READ windowText NOTIFY started)
    Q_PROPERTY(QString timeZoneText READ timeZoneText CONSTANT)
public:
    /// `clock` must outlive the fleet and be thread-safe.
    explicit Fleet(const Clock &clock, QObject *parent = nullptr);
    ~Fleet() override;

    /// The instance that QML engines get; must outlive them.
    static void provide(Fleet *instance);
    static Fleet *create(QQmlEngine *engine, QJSEngine *script);

    /// Starts watching; a fleet that ran before is ended first.
    void start(const FleetOptions &options);
    /// Ends the engine's thread. Idempotent.
    void stop();
    /// For tests and pictures: an update as the engine would send it.
    void apply(const FleetUpdate &update);
    /// For tests and pictures: thresholds and label without an engine.
    void configure(const FleetOptions &options);

    Q_INVOKABLE void reconnect(int agentIndex);
    Q_INVOKABLE void reconnectAllFiring();
    /// The operator says that an agent which its registry no longer knows was removed.
    Q_INVOKABLE void acceptEnd(int agentIndex);
    /// The operator says that the registry which answers there now is the right one.
    Q_INVOKABLE void acceptRegistry(int index);
    /// Watches this registry too, from now on. Returns why not, or nothing.
    Q_INVOKABLE QString addRegistry(const QString &url);
    /// This machine slept since then and is awake again.
    void woke(MonoTime sleptAt);

    [[nodiscard]] AgentListModel *agents() { return &m_agents; }
    [[nodiscard]] AlertListModel *alerts() { return &m_alerts; }
    [[nodiscard]] RegistryListModel *registries() { return &m_registries; }
    [[nodiscard]] AgentDetailObject *detail() { return &m_detail; }
    [[nodiscard]] double now() const { return m_now; }
    [[nodiscard]] MonoTime mono() const { return m_clock.mono(); }
    [[nodiscard]] bool isTicking() const { return m_secondTimer.isActive(); }
    void setTicking(bool ticking);
    [[nodiscard]] QString sentence() const;
    /// What stands in the list's place while it is empty.
    [[nodiscard]] QString emptyTitle() const;
    [[nodiscard]] QString emptyText() const;
    [[nodiscard]] QString label() const { return QString::fromStdString(m_options.label); }
    [[nodiscard]] int firing() const { return m_agents.summary().firing; }
    [[nodiscard]] int total() const { return m_agents.summary().total; }
    [[nodiscard]] QVariantList counts() const;
    [[nodiscard]] liveness::AgentState worst() const;
    [[nodiscard]] int selected() const { return m_selected; }
    void setSelected(int agentIndex);
    [[nodiscard]] QStringList unregistered() const { return m_unregistered; }
    [[nodiscard]] const FleetOptions &options() const { return m_options; }
    [[nodiscard]] double lateMs() const { return toSeconds(m_options.thresholds.late) * 1000; }
    [[nodiscard]] double staleMs() const { return toSeconds(m_options.thresholds.stale) * 1000; }
    [[nodiscard]] double inactiveMs() const {
        return toSeconds(m_options.thresholds.inactive) * 1000;
    }
    [[nodiscard]] double sweepMs() const { return toSeconds(m_options.thresholds.sweep) * 1000; }
    [[nodiscard]] double windowMs() const { return toSeconds(m_window) * 1000; }
    [[nodiscard]] QString windowText() const;
    [[nodiscard]] QString timeZoneText() const;

Q_SIGNALS:
    void started();
    void nowChanged();
    void tickingChanged();
    void summaryChanged();
    void selectedChanged();
    void unregisteredChanged();
    /// The operator added it; normalised.
    void registryAdded(const QString &url);
    void noticed(const heartline::alerts::Notice &notice);

private:
    void tick();
    [[nodiscard]] FleetSummary::Picture picture() const;
    void reconnectThese(const std::vector<std::uint32_t> &agents);

    const Clock &m_clock;
    FleetOptions m_options;
    AgentListModel m_agents;
    AlertListModel m_alerts;
    RegistryListModel m_registries;
    AgentDetailObject m_detail;
    QTimer m_secondTimer;
    double m_now = 0;
    int m_selected = -1;
    Nanoseconds m_window{std::chrono::minutes(15)};
    /// The first picture is whole.
    bool m_settled = true;
    QStringList m_unregistered;

    Mailbox m_mailbox;
    QThread m_thread;
    /// Both live in m_thread; touched through m_post only.
    std::shared_ptr<FleetEngine> m_engine;
    Mailbox *m_engineMailbox = nullptr;
    Mailbox::Sender m_post;
};

} // namespace heartline::fleet
