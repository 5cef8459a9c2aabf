// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/agent_state.h"

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace heartline::fleet {

/// The core's states under the names that QML uses: `FleetState.Stale`.
class FleetState : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("a list of names")
public:
    enum Value {
        Unknown = static_cast<int>(liveness::AgentState::Unknown),
        Registered = static_cast<int>(liveness::AgentState::Registered),
        Active = static_cast<int>(liveness::AgentState::Active),
        Late = static_cast<int>(liveness::AgentState::Late),
        Stale = static_cast<int>(liveness::AgentState::Stale),
        Inactive = static_cast<int>(liveness::AgentState::Inactive),
        Deregistered = static_cast<int>(liveness::AgentState::Deregistered),
    };
    Q_ENUM(Value)
};

} // namespace heartline::fleet
