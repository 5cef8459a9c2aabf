// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Theme

/// Our link to one registry.
Item {
    id: row

    required property int index
    required property string host
    required property string registryName
    required property string status
    required property string reason
    required property bool isSighted
    required property bool isConnecting
    required property bool isOther

    required property string description
    property bool compact: false
    signal accepted


    implicitHeight: compact ? 18 : Theme.rowHeight + 6
    Accessible.role: Accessible.ListItem
    Accessible.name: host + ", " + status + ", " + reason

    Icon {
        id: mark
        name: row.isSighted ? "state-active" : row.isConnecting ? "state-registered" : "state-unknown"
        color: row.isSighted ? Theme.active : row.isConnecting ? Theme.registered : Theme.unknown
        size: row.compact ? 12 : 16
        anchors.verticalCenter: parent.verticalCenter
        x: row.compact ? 0 : 4
    }
    Body {
        id: hostText
        x: mark.x + mark.width + (row.compact ? 8 : 14)
        y: row.compact ? 1 : 10
        width: row.compact ? Math.min(implicitWidth, row.width * 0.45) : row.width - x
        text: row.host
        font.weight: Font.DemiBold
        elide: Text.ElideMiddle
    }
    Body {
        x: row.compact ? hostText.x + hostText.width + 12 : hostText.x
        y: row.compact ? 1 : 30
                width: row.width - x - (acceptance.visible ? acceptance.width + 12 : 0)
        text: row.compact ? row.status : row.description
        color: Theme.secondary
        HoverHandler { id: hover }
        HoverTip {
            text: row.reason
            visible: hover.hovered && row.reason !== ""
        }
    }
        ActionButton {
        id: acceptance
        visible: row.isOther && !row.compact
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("Accept it")
        onClicked: row.accepted()
    }
    Rectangle {
        visible: !row.compact
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.line
    }
}
