// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Fleet
import Heartline.Theme

/// What holds for the whole window: what we listen to, whose time is shown.
Rectangle {
    id: bar

    implicitHeight: 28
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.line
    }
    Body {
        x: 20
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width / 2 - 30
        text: Fleet.registries.count > 0 ? Fleet.registries.summary : qsTr("Not listening yet")
        color: Theme.secondary
    }
    Body {
        anchors.right: parent.right
        anchors.rightMargin: 20
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, parent.width / 2 - 30)
        text: Fleet.timeZoneText
        color: Theme.secondary
    }
}
