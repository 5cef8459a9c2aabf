// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_summary.h"
#include "history/beat_trace.h"

#include <QAbstractListModel>
#include <QStringList>
#include <QtNumeric>
#include <QtQml/qqmlregistration.h>

namespace heartline::fleet {

/// All agents, worst first, healthy ones by name; rows that do not match the filter are left out.
/// The order changes only with a state, never with an age. GUI thread.
class AgentListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to Fleet")
    Q_PROPERTY(QString searchText READ searchText WRITE setSearchText NOTIFY filterChanged)
    Q_PROPERTY(bool firingOnly READ firingOnly WRITE setFiringOnly NOTIFY filterChanged)
    /// While true no row moves: the pointer moves over the list. What has changed meanwhile is
    /// sorted when it becomes false. Rows come and go all the same.
    Q_PROPERTY(bool orderHeld READ orderHeld WRITE setOrderHeld NOTIFY orderHeldChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)
public:
    enum Role {
        AgentIndexRole = Qt::UserRole + 1,
        NameRole,
        EntityIdRole,
        RegistryRole,
        StateRole,
        LastBeatRole, ///< ms on our monotonic clock, as Fleet.now; -1 before any beat
        AlertedRole,
        ProvedRole,
        ReconnectingRole,
        MarksRole, ///< what else is to be said: flapping, two processes, not found by search …
    };

    /// `window` is how far back the traces reach.
    explicit AgentListModel(QObject *parent = nullptr);

    void setWindow(Nanoseconds window) { m_window = window; }
    /// One batch: facts first, then lives, one signal for all that only aged.
    void apply(const FleetUpdate &update, MonoTime now);
    void setRegistryName(std::uint32_t registry, const QString &name, bool sighted,
                         MonoTime lastContact, MonoTime now);
    void clear();

    [[nodiscard]] const FleetSummary &summary() const { return m_summary; }
    [[nodiscard]] const history::BeatTrace *trace(int agentIndex) const;
    /// The row of an agent, or -1 while it is filtered out.
    Q_INVOKABLE [[nodiscard]] int rowOf(int agentIndex) const;
    /// The agent in a row; -1 for no such row.
    Q_INVOKABLE [[nodiscard]] int agentAt(int row) const;
    Q_INVOKABLE [[nodiscard]] QString nameOf(int agentIndex) const;
    Q_INVOKABLE [[nodiscard]] QString entityIdOf(int agentIndex) const;
    Q_INVOKABLE [[nodiscard]] int stateOf(int agentIndex) const;
    /// All for which an alert fires, whatever the filter.
    [[nodiscard]] std::vector<std::uint32_t> firing() const;
    /// The first agent of this name, or -1.
    [[nodiscard]] int findByName(const QString &name) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    [[nodiscard]] QString searchText() const { return m_searchText; }
    void setSearchText(const QString &text);
    [[nodiscard]] bool firingOnly() const { return m_firingOnly; }
    void setFiringOnly(bool on);
    [[nodiscard]] bool orderHeld() const { return m_orderHeld; }
    void setOrderHeld(bool held);
    [[nodiscard]] int count() const { return static_cast<int>(m_order.size()); }

Q_SIGNALS:
    void filterChanged();
    void orderHeldChanged();
    void countChanged();
    void summaryChanged();
    /// An agent's trace has grown, or its sight has changed.
    void traceChanged(int agentIndex);

private:
    struct Agent {
        AgentFacts facts;
        QString name;
        QString folded; ///< name, id, tags and registry, for the search
        liveness::AgentState state = liveness::AgentState::Unknown;
        double lastBeatMs =
            qQNaN(); ///< not a number before one is known; before the boot it is less than 0
        bool alerted = false;
        bool known = false;
        bool reconnecting = false;
        bool missing = false;
        QString marks;
        history::BeatTrace trace{Nanoseconds(0)};
    };
    struct Registry {
        QString name;
        bool sighted = false;
    };

    Agent &ensure(std::uint32_t index, MonoTime now);
    [[nodiscard]] bool isSighted(const Agent &agent) const;
    [[nodiscard]] bool before(int a, int b) const;
    [[nodiscard]] bool accepts(const Agent &agent) const;
    /// All rows anew: another filter.
    void rebuild();
    /// Puts these where they belong, in the list and in its order; the other rows stay.
    void settleRows(std::vector<int> changed);
    void settleOrder(const std::vector<int> &changed);
    void removeRow(int agent);
    void appendRows(const std::vector<int> &agents);
    void layOut(std::vector<int> order);
    void renumber(std::size_t from, std::size_t to);
    void fold(Agent &agent);
    void summarize();
    [[nodiscard]] QString registryText(const Agent &agent) const;
    void takeFacts(const AgentFacts &facts, MonoTime now);
    void applyLives(const std::vector<AgentLife> &lives, MonoTime now, std::vector<int> &changed);

    Nanoseconds m_window{std::chrono::minutes(15)};
    std::vector<Agent> m_agents;
    std::vector<Registry> m_registries;
    std::vector<int> m_order; ///< agents by row
    std::vector<int> m_rowOf; ///< rows by agent, -1 when filtered out
    FleetSummary m_summary;
    QString m_searchText;
    QString m_foldedSearch;
    bool m_firingOnly = false;
    bool m_orderHeld = false;
    bool m_orderStale = false;
};

} // namespace heartline::fleet
