// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Fleet
import Heartline.Theme

/// The pages, down the left side.
Rectangle {
    id: rail

    property int page: 0

    implicitWidth: 64
    color: Theme.surface
    Accessible.role: Accessible.PageTabList
    Accessible.name: qsTr("Pages")

    Rectangle {
        anchors.right: parent.right
        width: 1
        height: parent.height
        color: Theme.line
    }
    Column {
        width: parent.width
        y: 14
        spacing: 4
        Item {
            width: parent.width
            height: 36
            Icon {
                anchors.centerIn: parent
                name: "heartline"
                color: Theme.accent
                size: 28
            }
        }
        NavItem {
            text: qsTr("Fleet")
            iconName: "fleet"
            checked: rail.page === 0
            onClicked: rail.page = 0
        }
        NavItem {
            text: qsTr("Alerts")
            iconName: "alerts"
            count: Fleet.alerts.firing
            checked: rail.page === 1
            onClicked: rail.page = 1
        }
        NavItem {
            text: qsTr("Registries")
            iconName: "registries"
            checked: rail.page === 2
            onClicked: rail.page = 2
        }
    }
}
