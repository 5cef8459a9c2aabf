// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/fleet.h"

#include "fleet/format.h"
#include "protocol/registry_url.h"

#include <QDateTime>
#include <QJSEngine>
#include <QPointer>
#include <QTimeZone>
#include <algorithm>

namespace heartline::fleet {

using liveness::AgentState;

namespace {

QPointer<Fleet> &provided() {
    static QPointer<Fleet> instance;
    return instance;
}

} // namespace

Fleet::Fleet(const Clock &clock, QObject *parent) : QObject(parent), m_clock(clock) {
    m_secondTimer.setInterval(1000);
    connect(&m_secondTimer, &QTimer::timeout, this, &Fleet::tick);
    connect(&m_agents, &AgentListModel::summaryChanged, this, &Fleet::summaryChanged);
    connect(&m_registries, &RegistryListModel::changed, this, &Fleet::summaryChanged);
    tick();
}

Fleet::~Fleet() {
    stop();
}

void Fleet::provide(Fleet *instance) {
    provided() = instance;
    QJSEngine::setObjectOwnership(instance, QJSEngine::CppOwnership);
}

Fleet *Fleet::create(QQmlEngine *, QJSEngine *) {
    return provided();
}

void Fleet::configure(const FleetOptions &options) {
    m_options = options;
    m_window = options.thresholds.paced(900);
    m_agents.setWindow(m_window);
    m_secondTimer.setInterval(options.thresholds.pace() < 0.5 ? 250 : 1000);
    Q_EMIT started();
}

void Fleet::start(const FleetOptions &options) {
    stop();
    setSelected(-1);
    m_settled = false;
    m_unregistered.clear();
    m_agents.clear();
    m_alerts.clear();
    m_registries.clear();
    configure(options);
    m_engineMailbox = new Mailbox;
    m_engineMailbox->moveToThread(&m_thread);
    m_post = m_engineMailbox->sender();
    m_thread.setObjectName(QStringLiteral("engine"));
    m_thread.start();
    // The engine's updates cross back through our own mailbox.
    m_post([this, options, toGui = m_mailbox.sender()] {
        m_engine = std::make_shared<FleetEngine>(options, m_clock);
        m_engine->setUpdateSink([this, toGui](FleetUpdate update) {
            toGui([this, update = std::make_shared<FleetUpdate>(std::move(update))] {
                apply(*update);
            });
        });
        m_engine->start();
    });
}

void Fleet::stop() {
    if (!m_thread.isRunning())
        return;
    m_post([this] {
        m_engine.reset();
        delete m_engineMailbox;
        m_thread.quit();
    });
    m_thread.wait();
    m_engineMailbox = nullptr;
    m_post = nullptr;
}

void Fleet::apply(const FleetUpdate &update) {
    const MonoTime now = m_clock.mono();
    for (const RegistryLife &life : update.registries)
        m_agents.setRegistryName(life.index, QString::fromStdString(life.host), life.sighted,
                                 life.lastContact, now);
    m_registries.apply(update.registries, now);
    m_agents.apply(update, now);
    m_alerts.apply(update.alerts);
    if (update.settled && std::exchange(m_settled, *update.settled) != *update.settled)
        Q_EMIT summaryChanged();
    if (update.detail && static_cast<int>(update.detail->index) == m_selected)
        m_detail.set(*update.detail);
    if (update.unregistered) {
        m_unregistered.clear();
        for (const std::string &label : *update.unregistered)
            m_unregistered << QString::fromStdString(label);
        Q_EMIT unregisteredChanged();
    }
    if (update.notice)
        Q_EMIT noticed(*update.notice);
}

void Fleet::tick() {
    m_now = toSeconds(m_clock.mono().time_since_epoch()) * 1000;
    Q_EMIT nowChanged();
}

void Fleet::setTicking(bool ticking) {
    if (ticking == isTicking())
        return;
    if (ticking) {
        tick();
        m_secondTimer.start();
    } else {
        m_secondTimer.stop();
    }
    Q_EMIT tickingChanged();
}

QString Fleet::sentence() const {
    const auto [host, seconds] = m_registries.blindness(m_clock.mono());
    return m_agents.summary().sentence(host, seconds, picture());
}

FleetSummary::Picture Fleet::picture() const {
    if (!m_settled)
        return FleetSummary::Picture::Looking;
    return m_registries.listTrouble().isEmpty() ? FleetSummary::Picture::Whole
                                                : FleetSummary::Picture::Unreadable;
}

QString Fleet::emptyTitle() const {
    switch (picture()) {
    case FleetSummary::Picture::Looking:
        return tr("Looking for your agents …");
    case FleetSummary::Picture::Unreadable:
        return tr("The list of your agents cannot be read");
    case FleetSummary::Picture::Whole:
        break;
    }
    return tr("No agents yet");
}

QString Fleet::emptyText() const {
    switch (picture()) {
    case FleetSummary::Picture::Looking:
        return tr("The registries are being asked.");
    case FleetSummary::Picture::Unreadable:
        return tr("%1. It is tried again and again; this says nothing about your agents.")
            .arg(m_registries.listTrouble());
    case FleetSummary::Picture::Whole:
        break;
    }
    return tr("Agents appear here by themselves as soon as they are registered under your "
              "developer key.");
}

AgentState Fleet::worst() const {
    return m_agents.summary().worst(m_registries.blindness(m_clock.mono()).second >= 0);
}

QVariantList Fleet::counts() const {
    QVariantList list;
    for (const AgentState state :
         {AgentState::Stale, AgentState::Inactive, AgentState::Late, AgentState::Unknown,
          AgentState::Registered, AgentState::Active, AgentState::Deregistered}) {
        const int count = m_agents.summary().of(state);
        if (count > 0)
            list << QVariantMap{
                {QStringLiteral("agentState"), static_cast<int>(state)},
                {QStringLiteral("text"), QStringLiteral("%1 %2").arg(count).arg(
                                             Format::stateWord(static_cast<int>(state)))}};
    }
    return list;
}

void Fleet::setSelected(int agentIndex) {
    if (m_selected == agentIndex)
        return;
    m_selected = agentIndex;
    m_detail.clear();
    if (m_post)
        m_post([this, agentIndex] {
            if (m_engine)
                m_engine->showDetail(agentIndex < 0
                                         ? std::nullopt
                                         : std::optional(static_cast<std::uint32_t>(agentIndex)));
        });
    Q_EMIT selectedChanged();
}

void Fleet::reconnect(int agentIndex) {
    if (agentIndex >= 0)
        reconnectThese(std::vector{static_cast<std::uint32_t>(agentIndex)});
}

void Fleet::reconnectThese(const std::vector<std::uint32_t> &agents) {
    if (m_post)
        m_post([this, agents] {
            if (m_engine)
                m_engine->reconnect(agents);
        });
}

void Fleet::acceptEnd(int agentIndex) {
    if (m_post && agentIndex >= 0)
        m_post([this, agentIndex] {
            if (m_engine)
                m_engine->acceptEnd(static_cast<std::uint32_t>(agentIndex));
        });
}

void Fleet::acceptRegistry(int index) {
    if (m_post && index >= 0)
        m_post([this, index] {
            if (m_engine)
                m_engine->acceptRegistry(static_cast<std::uint32_t>(index));
        });
}

QString Fleet::addRegistry(const QString &url) {
    const auto normal = protocol::normalizeRegistryUrl(url.trimmed().toStdString());
    if (!normal)
        return QString::fromStdString(normal.error().message);
    FleetOptions options = m_options;
    if (std::find(options.registries.begin(), options.registries.end(), *normal) !=
        options.registries.end())
        return tr("It is watched already.");
    options.registries.push_back(*normal);
    start(options);
    Q_EMIT registryAdded(QString::fromStdString(*normal));
    return {};
}

void Fleet::woke(MonoTime sleptAt) {
    if (m_post)
        m_post([this, sleptAt] {
            if (m_engine)
                m_engine->woke(sleptAt);
        });
}

void Fleet::reconnectAllFiring() {
    reconnectThese(m_agents.firing());
}

QString Fleet::windowText() const {
    const int seconds = static_cast<int>(toSeconds(m_window));
    return seconds >= 120 ? tr("last %1 min").arg(seconds / 60) : tr("last %1 s").arg(seconds);
}

QString Fleet::timeZoneText() const {
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(m_clock.utc());
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(ms.time_since_epoch().count());
    const int minutes = now.offsetFromUtc() / 60;
    const QString offset = QStringLiteral("%1%2:%3")
                               .arg(minutes < 0 ? QChar(0x2212) : QLatin1Char('+'))
                               .arg(std::abs(minutes) / 60, 2, 10, QLatin1Char('0'))
                               .arg(std::abs(minutes) % 60, 2, 10, QLatin1Char('0'));
    return tr("times in %1 (%2)").arg(QString::fromUtf8(QTimeZone::systemTimeZoneId()), offset);
}

} // namespace heartline::fleet
