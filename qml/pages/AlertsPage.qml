// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Fleet
import Heartline.Theme

/// Every alert: those that fire first, then those that have ended.
FocusScope {
    id: page

    signal agentChosen(int agentIndex)

    Heading {
        id: heading
        x: 20
        y: 18
        width: page.width - 40
        text: Fleet.alerts.firing === 0 ? qsTr("Nothing is firing")
            : Fleet.alerts.firing === 1 ? qsTr("1 alert is firing") : qsTr("%1 alerts are firing").arg(Fleet.alerts.firing)
    }
    Body {
        id: sub
        x: 20
        y: heading.y + heading.height + 8
        width: page.width - 40
        color: Theme.secondary
        text: qsTr("An alert is raised when a beat is %1 old and the record, read again, shows no newer one. Only a beat ends it.")
            .arg(Format.age(Fleet.staleMs))
        wrapMode: Text.Wrap
        elide: Text.ElideNone
    }
    ListView {
        id: list
        y: sub.y + sub.height + 14
        width: page.width
        height: page.height - y
        clip: true
        focus: true
        activeFocusOnTab: true
        boundsBehavior: Flickable.StopAtBounds
        model: Fleet.alerts
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Alerts")
        delegate: AlertRow {
            width: list.width
            onChosen: agentIndex => page.agentChosen(agentIndex)
            onReconnectWanted: agentIndex => {
                page.agentChosen(agentIndex)
                Fleet.reconnect(agentIndex)
            }
        }
    }
    EmptyState {
        visible: list.count === 0
        anchors.horizontalCenter: parent.horizontalCenter
        y: list.y + Math.max(20, (list.height - height) / 3)
        iconName: "alerts"
        title: qsTr("No alert so far")
        text: qsTr("What fires, and what has ended, is listed here.")
    }
}
