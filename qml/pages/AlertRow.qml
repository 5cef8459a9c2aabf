// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Theme

/// One alert: what, since when, how it ended.
Item {
    id: row

    required property int index
    required property string title
    required property string detail
    required property string time
    required property string exactTime
    required property bool isFiring
    required property bool isRegistry
    required property bool isLower
    required property int agentIndex

    signal chosen(int agentIndex)
    signal reconnectWanted(int agentIndex)

    height: Theme.rowHeight
    Accessible.role: Accessible.ListItem
    Accessible.name: (isFiring ? qsTr("firing") : qsTr("ended")) + ", " + title + ", " + detail + ", " + time
    Accessible.onPressAction: chosen(agentIndex)

    Rectangle {
        anchors.fill: parent
        anchors.leftMargin: 10
        anchors.rightMargin: 10
        anchors.margins: 1
        radius: 8
        color: hover.hovered ? Theme.hovered : "transparent"
    }
    HoverHandler { id: hover }
    TapHandler {
        enabled: !row.isRegistry
        onTapped: row.chosen(row.agentIndex)
    }
    Rectangle {
        anchors.bottom: parent.bottom
        x: 20
        width: parent.width - 40
        height: 1
        color: Theme.line
        opacity: 0.7
    }
    Icon {
        x: 24
        anchors.verticalCenter: parent.verticalCenter
        size: 16
        name: !row.isFiring ? "state-active" : row.isRegistry ? "state-unknown" : row.isLower ? "state-late" : "state-stale"
        color: !row.isFiring ? Theme.active : row.isRegistry ? Theme.unknown : row.isLower ? Theme.late : Theme.stale
    }
    Column {
        x: 54
        width: Math.max(100, row.width - x - timeText.width - (button.visible ? button.width + 16 : 0) - 44)
        anchors.verticalCenter: parent.verticalCenter
        spacing: 3
        Body {
            width: parent.width
            text: row.title
            font.pixelSize: Theme.nameSize
            font.weight: Font.DemiBold
            elide: Text.ElideMiddle
        }
        Body {
            width: parent.width
            text: (row.isFiring ? qsTr("firing") : qsTr("ended")) + " · " + row.detail
            color: !row.isFiring || row.isRegistry ? Theme.secondary : row.isLower ? Theme.late : Theme.stale
        }
    }
    Body {
        id: timeText
        anchors.right: button.visible ? button.left : parent.right
        anchors.rightMargin: button.visible ? 16 : 24
        anchors.verticalCenter: parent.verticalCenter
        text: row.time
        color: Theme.secondary
        HoverHandler { id: timeHover }
        HoverTip {
            text: row.exactTime
            visible: timeHover.hovered
        }
    }
    ActionButton {
        id: button
        visible: row.isFiring && !row.isRegistry
        anchors.right: parent.right
        anchors.rightMargin: 20
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("Reconnect")
        onClicked: row.reconnectWanted(row.agentIndex)
    }
}
