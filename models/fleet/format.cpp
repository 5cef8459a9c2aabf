// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/format.h"

#include "alerts/notification_text.h"

namespace heartline::fleet {

namespace {
Nanoseconds ns(double ms) {
    return fromSeconds(ms / 1000);
}
} // namespace

QString Format::age(double ms) {
    return ms < 0 ? QString(QChar(0x2014)) : QString::fromStdString(alerts::ageText(ns(ms)));
}

QString Format::joined(const QStringList &parts) {
    QStringList said = parts;
    said.removeAll(QString());
    return said.join(QStringLiteral(" · "));
}

QString Format::stateWord(int state) {
    switch (static_cast<liveness::AgentState>(state)) {
    case liveness::AgentState::Unknown:
        return tr("unknown");
    case liveness::AgentState::Registered:
        return tr("no beat yet");
    case liveness::AgentState::Active:
        return tr("active");
    case liveness::AgentState::Late:
        return tr("late");
    case liveness::AgentState::Stale:
        return tr("stale");
    case liveness::AgentState::Inactive:
        return tr("inactive");
    case liveness::AgentState::Deregistered:
        return tr("deregistered");
    }
    return {};
}

QString Format::stateIcon(int state) {
    const auto word = liveness::stateWord(static_cast<liveness::AgentState>(state));
    return QStringLiteral("state-") +
           QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
}

QString Format::outlook(int state, double ageMs, double inactiveMs, double sweepMs) {
    switch (static_cast<liveness::AgentState>(state)) {
    case liveness::AgentState::Stale: {
        const double left = inactiveMs - ageMs;
        return left > 0 ? tr("leaves search in %1 – %2").arg(age(left), age(left + sweepMs))
                        : tr("leaves search at the next sweep");
    }
    case liveness::AgentState::Inactive:
        return ageMs > inactiveMs ? tr("left search %1 ago").arg(age(ageMs - inactiveMs))
                                  : tr("left search");
    case liveness::AgentState::Registered:
        return tr("registered, no beat yet");
    case liveness::AgentState::Unknown:
        return tr("not observed");
    case liveness::AgentState::Late:
        return tr("a beat is overdue");
    default:
        return {};
    }
}

} // namespace heartline::fleet
