// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Fleet
import Heartline.Plot
import Heartline.Theme

/// The skyline in the theme's colours and the fleet's thresholds.
SkylineItem {
    model: Fleet.agents
    now: Fleet.now
    lateMs: Fleet.lateMs
    staleMs: Fleet.staleMs
    inactiveMs: Fleet.inactiveMs
    activeColor: Theme.active
    lateColor: Theme.late
    staleColor: Theme.stale
    inactiveColor: Theme.inactive
    hatchColor: Theme.line
    groundColor: Theme.dark ? "#0D1116" : "#EEF1F4"
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Heartbeat age, %1").arg(Fleet.windowText)
}
