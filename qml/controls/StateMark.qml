// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Fleet
import Heartline.Theme

/// The shape and colour of a state. The word stands beside it, always.
Icon {
    required property int agentState

    name: Format.stateIcon(agentState)
    color: Theme.stateColor(agentState)
    size: 16
}
