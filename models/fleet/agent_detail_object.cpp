// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/agent_detail_object.h"

#include <QDateTime>

namespace heartline::fleet {

namespace {

QString q(const std::string &text) {
    return QString::fromStdString(text);
}

QString markOf(EvidenceLine::Mark mark) {
    switch (mark) {
    case EvidenceLine::Mark::Good:
        return QStringLiteral("good");
    case EvidenceLine::Mark::Bad:
        return QStringLiteral("bad");
    case EvidenceLine::Mark::Neutral:
        break;
    }
    return QStringLiteral("neutral");
}

QString markOf(diagnosis::ReconnectStep::State state) {
    using State = diagnosis::ReconnectStep::State;
    switch (state) {
    case State::Good:
        return QStringLiteral("good");
    case State::Failed:
        return QStringLiteral("bad");
    case State::Running:
        return QStringLiteral("running");
    case State::Skipped:
        return QStringLiteral("skipped");
    case State::Waiting:
        break;
    }
    return QStringLiteral("waiting");
}

} // namespace

void AgentDetailObject::set(const AgentDetail &detail) {
    m_detail = detail;
    m_evidence.clear();
    for (const EvidenceLine &line : detail.evidence)
        m_evidence << QVariantMap{{QStringLiteral("witness"), q(line.witness)},
                                  {QStringLiteral("says"), q(line.says)},
                                  {QStringLiteral("when"), q(line.when)},
                                  {QStringLiteral("mark"), markOf(line.mark)}};
    m_record.clear();
    for (const auto &[name, value] : detail.record)
        m_record << QVariantMap{{QStringLiteral("name"), q(name)},
                                {QStringLiteral("value"), q(value)}};
    m_steps.clear();
    for (const diagnosis::ReconnectStep &step : detail.steps)
        m_steps << QVariantMap{
            {QStringLiteral("text"), q(step.text)},
            {QStringLiteral("mark"), markOf(step.state)},
            {QStringLiteral("took"),
             step.took ? tr("%1 s").arg(toSeconds(*step.took), 0, 'f', 2) : QString()}};
    Q_EMIT changed();
}

void AgentDetailObject::clear() {
    m_detail.reset();
    m_evidence.clear();
    m_record.clear();
    m_steps.clear();
    Q_EMIT changed();
}

QString AgentDetailObject::verdictTitle() const {
    return m_detail ? q(m_detail->verdict.title) : QString();
}
QString AgentDetailObject::verdictText() const {
    return m_detail ? q(m_detail->verdict.text) : QString();
}
QString AgentDetailObject::outlook() const {
    return m_detail ? q(m_detail->verdict.next) : QString();
}

QString AgentDetailObject::homeName() const {
    if (!isAway())
        return {};
    return q(m_detail->home->name.empty() ? m_detail->home->registryId : m_detail->home->name);
}

QString AgentDetailObject::homeUrl() const {
    return isAway() ? q(m_detail->home->url) : QString();
}

QString AgentDetailObject::reconnectTime() const {
    if (!m_detail || !m_detail->reconnectStartedAt)
        return {};
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(*m_detail->reconnectStartedAt)
                        .time_since_epoch()
                        .count();
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("HH:mm:ss"));
}

} // namespace heartline::fleet
