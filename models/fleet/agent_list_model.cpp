// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/agent_list_model.h"

#include "fleet/row_moves.h"

#include <algorithm>
#include <tuple>

namespace heartline::fleet {

namespace {

/// With so many states changed at once, one sort is cheaper than single moves.
constexpr std::size_t kSortAtOnce = 50;

double toMs(MonoTime time) {
    return toSeconds(time.time_since_epoch()) * 1000;
}

QString marksOf(const AgentLife &life) {
    QStringList marks;
    if (life.flapping)
        marks << AgentListModel::tr("flapping");
    if (life.doubled)
        marks << AgentListModel::tr("two processes");
    if (life.neverBeat)
        marks << AgentListModel::tr("never beat");
    if (life.missing)
        marks << AgentListModel::tr("no record there");
    if (!life.copySays.empty())
        marks << AgentListModel::tr("a copy says %1").arg(QString::fromStdString(life.copySays));
    if (!life.dissent.empty())
        marks << AgentListModel::tr("but %1").arg(QString::fromStdString(life.dissent));
    if (life.inSearch == false && life.state == liveness::AgentState::Active)
        marks << AgentListModel::tr("not found by search");
    return marks.join(QStringLiteral(" · "));
}

} // namespace

AgentListModel::AgentListModel(QObject *parent) : QAbstractListModel(parent) {}

AgentListModel::Agent &AgentListModel::ensure(std::uint32_t index, MonoTime now) {
    while (m_agents.size() <= index) {
        m_agents.emplace_back();
        m_agents.back().trace = history::BeatTrace(m_window);
        m_agents.back().trace.startAt(now);
        m_rowOf.push_back(-1);
    }
    return m_agents[index];
}

bool AgentListModel::before(int a, int b) const {
    const Agent &x = m_agents[static_cast<std::size_t>(a)];
    const Agent &y = m_agents[static_cast<std::size_t>(b)];
    const int needX = liveness::stateNeed(x.state);
    const int needY = liveness::stateNeed(y.state);
    if (needX != needY)
        return needX < needY;
    const int names = x.name.compare(y.name, Qt::CaseInsensitive);
    return names != 0 ? names < 0 : a < b;
}

bool AgentListModel::accepts(const Agent &agent) const {
    if (!agent.known || (m_firingOnly && !agent.alerted))
        return false;
    return m_foldedSearch.isEmpty() || agent.folded.contains(m_foldedSearch);
}

void AgentListModel::fold(Agent &agent) {
    agent.folded = agent.name + QLatin1Char('\n') + QString::fromStdString(agent.facts.entityId);
    for (const std::string &tag : agent.facts.tags)
        agent.folded += QLatin1Char('\n') + QString::fromStdString(tag);
    for (const std::uint32_t registry : agent.facts.registries)
        if (registry < m_registries.size())
            agent.folded += QLatin1Char('\n') + m_registries[registry].name;
    agent.folded = agent.folded.toCaseFolded();
}

void AgentListModel::apply(const FleetUpdate &update, MonoTime now) {
    std::vector<int> changed;
    for (const AgentFacts &facts : update.facts) {
        takeFacts(facts, now);
        changed.push_back(static_cast<int>(facts.index));
    }
    for (const AgentLife &life : update.lives)
        ensure(life.index, now);
    applyLives(update.lives, now, changed);
    for (const auto &[index, running] : update.reconnecting) {
        if (index >= m_agents.size())
            continue;
        m_agents[index].reconnecting = running;
        if (const int row = m_rowOf[index]; row >= 0)
            Q_EMIT dataChanged(this->index(row), this->index(row), {ReconnectingRole});
    }
    settleRows(std::move(changed));
    if (!update.facts.empty() || !update.lives.empty())
        summarize();
}

bool AgentListModel::isSighted(const Agent &agent) const {
    return agent.facts.registry < m_registries.size() && m_registries[agent.facts.registry].sighted;
}

void AgentListModel::takeFacts(const AgentFacts &facts, MonoTime now) {
    Agent &agent = ensure(facts.index, now);
    agent.facts = facts;
    agent.name = QString::fromStdString(facts.name);
    agent.known = true;
    if (facts.registry < m_registries.size() && !isSighted(agent))
        agent.trace.beginUnobserved(now);
    fold(agent);
    if (const int row = m_rowOf[facts.index]; row >= 0)
        Q_EMIT dataChanged(index(row), index(row),
                           {Qt::DisplayRole, NameRole, RegistryRole, ProvedRole});
}

void AgentListModel::applyLives(const std::vector<AgentLife> &lives, MonoTime now,
                                std::vector<int> &changed) {
    int first = -1;
    int last = -1;
    for (const AgentLife &life : lives) {
        const int index = static_cast<int>(life.index);
        Agent &agent = m_agents[life.index];
        QString marks = marksOf(life);
        const bool restated =
            agent.state != life.state || agent.alerted != life.alerted || agent.marks != marks;
        agent.marks = std::move(marks);
        agent.state = life.state;
        agent.alerted = life.alerted;
        agent.lastBeatMs = life.lastBeat ? toMs(*life.lastBeat) : qQNaN();
        if (agent.missing != life.missing && life.state != liveness::AgentState::Deregistered) {
            agent.missing = life.missing;
            if (agent.missing)
                agent.trace.beginUnobserved(now);
            else if (isSighted(agent))
                agent.trace.endUnobserved(now);
            Q_EMIT traceChanged(index);
        }
        if (life.beat) {
            agent.trace.addBeat(*life.lastBeat);
            Q_EMIT traceChanged(index);
        }
        const int row = m_rowOf[life.index];
        if (restated) {
            changed.push_back(index);
            if (row >= 0)
                Q_EMIT dataChanged(this->index(row), this->index(row),
                                   {StateRole, AlertedRole, LastBeatRole, MarksRole});
        } else if (row >= 0) {
            first = first < 0 ? row : std::min(first, row);
            last = std::max(last, row);
        }
    }
    if (first >= 0)
        Q_EMIT dataChanged(index(first), index(last), {LastBeatRole});
}

void AgentListModel::settleRows(std::vector<int> changed) {
    std::sort(changed.begin(), changed.end());
    changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
    if (changed.empty())
        return;
    std::vector<int> added;
    std::vector<int> gone;
    for (const int agent : changed) {
        const bool fits = accepts(m_agents[static_cast<std::size_t>(agent)]);
        if (fits != (m_rowOf[static_cast<std::size_t>(agent)] >= 0))
            (fits ? added : gone).push_back(agent);
    }
    for (const int agent : gone)
        removeRow(agent);
    std::erase_if(changed,
                  [this](int a) { return !accepts(m_agents[static_cast<std::size_t>(a)]); });
    std::sort(added.begin(), added.end(), [this](int a, int b) { return before(a, b); });
    appendRows(added);
    if (!added.empty() || !gone.empty())
        Q_EMIT countChanged();
    // Whether an agent is in the list is never held up, only where it stands.
    if (m_orderHeld)
        m_orderStale = true;
    else
        settleOrder(changed);
}

void AgentListModel::removeRow(int agent) {
    const int row = m_rowOf[static_cast<std::size_t>(agent)];
    beginRemoveRows({}, row, row);
    m_order.erase(m_order.begin() + row);
    m_rowOf[static_cast<std::size_t>(agent)] = -1;
    renumber(static_cast<std::size_t>(row), m_order.size());
    endRemoveRows();
}

void AgentListModel::appendRows(const std::vector<int> &agents) {
    if (agents.empty())
        return;
    const std::size_t first = m_order.size();
    beginInsertRows({}, static_cast<int>(first), static_cast<int>(first + agents.size()) - 1);
    m_order.insert(m_order.end(), agents.begin(), agents.end());
    renumber(first, m_order.size());
    endInsertRows();
}

void AgentListModel::settleOrder(const std::vector<int> &changed) {
    std::vector<int> target =
        placed(m_order, changed, [this](int a, int b) { return before(a, b); });
    if (target == m_order)
        return;
    if (changed.size() > kSortAtOnce)
        return layOut(std::move(target));
    for (const auto &[from, to] : movesTo(target, m_order, changed)) {
        beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
        const auto at = [this](int row) { return m_order.begin() + row; };
        if (from < to)
            std::rotate(at(from), at(from) + 1, at(to) + 1);
        else
            std::rotate(at(to), at(from), at(from) + 1);
        renumber(static_cast<std::size_t>(std::min(from, to)),
                 static_cast<std::size_t>(std::max(from, to)) + 1);
        endMoveRows();
    }
}

void AgentListModel::renumber(std::size_t from, std::size_t to) {
    for (std::size_t row = from; row < to; ++row)
        m_rowOf[static_cast<std::size_t>(m_order[row])] = static_cast<int>(row);
}

void AgentListModel::layOut(std::vector<int> order) {
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList persistent = persistentIndexList();
    std::vector<int> agents;
    for (const QModelIndex &index : persistent)
        agents.push_back(m_order[static_cast<std::size_t>(index.row())]);
    m_order = std::move(order);
    renumber(0, m_order.size());
    for (qsizetype i = 0; i < persistent.size(); ++i)
        changePersistentIndex(
            persistent[i],
            index(m_rowOf[static_cast<std::size_t>(agents[static_cast<std::size_t>(i)])]));
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

void AgentListModel::rebuild() {
    m_orderStale = false;
    beginResetModel();
    m_order.clear();
    std::fill(m_rowOf.begin(), m_rowOf.end(), -1);
    for (std::size_t i = 0; i < m_agents.size(); ++i)
        if (accepts(m_agents[i]))
            m_order.push_back(static_cast<int>(i));
    std::sort(m_order.begin(), m_order.end(), [this](int a, int b) { return before(a, b); });
    renumber(0, m_order.size());
    endResetModel();
    Q_EMIT countChanged();
}

QString AgentListModel::registryText(const Agent &agent) const {
    if (agent.facts.registry >= m_registries.size())
        return {};
    const QString &name = m_registries[agent.facts.registry].name;
    const auto others = static_cast<int>(agent.facts.registries.size()) - 1;
    return others > 0 ? tr("%1 and %2 more").arg(name).arg(others) : name;
}

void AgentListModel::summarize() {
    m_summary = {};
    for (const Agent &agent : m_agents) {
        if (!agent.known)
            continue;
        ++m_summary.count[static_cast<std::size_t>(agent.state)];
        if (agent.state != liveness::AgentState::Deregistered)
            ++m_summary.total;
        m_summary.firing += agent.alerted ? 1 : 0;
    }
    Q_EMIT summaryChanged();
}

void AgentListModel::setRegistryName(std::uint32_t registry, const QString &name, bool sighted,
                                     MonoTime lastContact, MonoTime now) {
    while (m_registries.size() <= registry)
        m_registries.emplace_back();
    Registry &known = m_registries[registry];
    const bool renamed = known.name != name;
    const bool sightChanged = known.sighted != sighted;
    known = {name, sighted};
    if (!renamed && !sightChanged)
        return;
    for (std::size_t i = 0; i < m_agents.size(); ++i) {
        Agent &agent = m_agents[i];
        if (agent.facts.registry != registry)
            continue;
        if (renamed)
            fold(agent);
        if (sightChanged) {
            if (sighted && !agent.missing)
                agent.trace.endUnobserved(now);
            else if (!sighted)
                agent.trace.beginUnobserved(lastContact);
            Q_EMIT traceChanged(static_cast<int>(i));
        }
    }
    if (renamed && !m_order.empty())
        Q_EMIT dataChanged(index(0), index(static_cast<int>(m_order.size()) - 1), {RegistryRole});
}

void AgentListModel::clear() {
    beginResetModel();
    m_agents.clear();
    m_registries.clear();
    m_order.clear();
    m_rowOf.clear();
    endResetModel();
    summarize();
    Q_EMIT countChanged();
}

const history::BeatTrace *AgentListModel::trace(int agentIndex) const {
    if (agentIndex < 0 || static_cast<std::size_t>(agentIndex) >= m_agents.size())
        return nullptr;
    return &m_agents[static_cast<std::size_t>(agentIndex)].trace;
}

int AgentListModel::rowOf(int agentIndex) const {
    return agentIndex >= 0 && static_cast<std::size_t>(agentIndex) < m_rowOf.size()
               ? m_rowOf[static_cast<std::size_t>(agentIndex)]
               : -1;
}

int AgentListModel::agentAt(int row) const {
    return row >= 0 && static_cast<std::size_t>(row) < m_order.size()
               ? m_order[static_cast<std::size_t>(row)]
               : -1;
}

QString AgentListModel::nameOf(int agentIndex) const {
    return trace(agentIndex) ? m_agents[static_cast<std::size_t>(agentIndex)].name : QString();
}

QString AgentListModel::entityIdOf(int agentIndex) const {
    return trace(agentIndex) ? QString::fromStdString(
                                   m_agents[static_cast<std::size_t>(agentIndex)].facts.entityId)
                             : QString();
}

int AgentListModel::stateOf(int agentIndex) const {
    return static_cast<int>(trace(agentIndex) ? m_agents[static_cast<std::size_t>(agentIndex)].state
                                              : liveness::AgentState::Unknown);
}

std::vector<std::uint32_t> AgentListModel::firing() const {
    std::vector<std::uint32_t> firing;
    for (std::size_t i = 0; i < m_agents.size(); ++i)
        if (m_agents[i].alerted)
            firing.push_back(static_cast<std::uint32_t>(i));
    return firing;
}

int AgentListModel::findByName(const QString &name) const {
    const auto it = std::find_if(m_agents.begin(), m_agents.end(),
                                 [&](const Agent &a) { return a.name == name; });
    return it == m_agents.end() ? -1 : static_cast<int>(it - m_agents.begin());
}

int AgentListModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : count();
}

QVariant AgentListModel::data(const QModelIndex &index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const int agentIndex = m_order[static_cast<std::size_t>(index.row())];
    const Agent &agent = m_agents[static_cast<std::size_t>(agentIndex)];
    switch (role) {
    case AgentIndexRole:
        return agentIndex;
    case Qt::DisplayRole:
    case NameRole:
        return agent.name;
    case EntityIdRole:
        return QString::fromStdString(agent.facts.entityId);
    case RegistryRole:
        return registryText(agent);
    case StateRole:
        return static_cast<int>(agent.state);
    case LastBeatRole:
        return agent.lastBeatMs;
    case AlertedRole:
        return agent.alerted;
    case ProvedRole:
        return agent.facts.proved;
    case ReconnectingRole:
        return agent.reconnecting;
    case MarksRole:
        return agent.marks;
    default:
        return {};
    }
}

QHash<int, QByteArray> AgentListModel::roleNames() const {
    return {{AgentIndexRole, "agentIndex"},     {NameRole, "name"},
            {EntityIdRole, "entityId"},         {RegistryRole, "registry"},
            {StateRole, "agentState"},          {LastBeatRole, "lastBeat"},
            {AlertedRole, "alerted"},           {ProvedRole, "proved"},
            {ReconnectingRole, "reconnecting"}, {MarksRole, "marks"}};
}

void AgentListModel::setSearchText(const QString &text) {
    if (m_searchText == text)
        return;
    m_searchText = text;
    m_foldedSearch = text.trimmed().toCaseFolded();
    rebuild();
    Q_EMIT filterChanged();
}

void AgentListModel::setFiringOnly(bool on) {
    if (m_firingOnly == on)
        return;
    m_firingOnly = on;
    rebuild();
    Q_EMIT filterChanged();
}

void AgentListModel::setOrderHeld(bool held) {
    if (m_orderHeld == held)
        return;
    m_orderHeld = held;
    if (!held && std::exchange(m_orderStale, false)) {
        std::vector<int> target = m_order;
        std::sort(target.begin(), target.end(), [this](int a, int b) { return before(a, b); });
        if (target != m_order)
            layOut(std::move(target));
    }
    Q_EMIT orderHeldChanged();
}

} // namespace heartline::fleet
