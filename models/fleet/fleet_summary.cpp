// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/fleet_summary.h"

#include "alerts/notification_text.h"

#include <QCoreApplication>

namespace heartline::fleet {

using liveness::AgentState;

namespace {
QString tr(const char *text, int n = -1) {
    return QCoreApplication::translate("FleetSummary", text, nullptr, n);
}
} // namespace

QString FleetSummary::sentence(const QString &blindRegistry, double blindFor,
                               Picture picture) const {
    if (firing > 0)
        return firing == 1 ? tr("1 agent needs you") : tr("%1 agents need you").arg(firing);
    if (blindFor >= 0)
        return tr("Blind on %1 for %2")
            .arg(blindRegistry, QString::fromStdString(alerts::ageText(fromSeconds(blindFor))));
    if (picture == Picture::Looking)
        return total == 0 ? tr("Looking for your agents …")
                          : tr("Looking for your agents, %1 so far …").arg(total);
    if (total == 0)
        return picture == Picture::Whole ? tr("No agents yet")
                                         : tr("The list of your agents cannot be read");
    const int beating = of(AgentState::Active);
    const int unsure = of(AgentState::Unknown);
    if (unsure > 0)
        return unsure == 1 ? tr("1 agent cannot be judged")
                           : tr("%1 agents cannot be judged").arg(unsure);
    if (beating == total)
        return total == 1 ? tr("Your agent is beating")
                          : tr("All %1 agents are beating").arg(total);
    return tr("%1 of %2 agents are beating").arg(beating).arg(total);
}

AgentState FleetSummary::worst(bool blind) const {
    for (const AgentState state : {AgentState::Stale, AgentState::Inactive})
        if (of(state) > 0 && firing > 0)
            return state;
    if (blind || of(AgentState::Unknown) > 0)
        return AgentState::Unknown;
    for (const AgentState state : {AgentState::Late, AgentState::Registered})
        if (of(state) > 0)
            return state;
    return total > 0 ? AgentState::Active : AgentState::Unknown;
}

} // namespace heartline::fleet
