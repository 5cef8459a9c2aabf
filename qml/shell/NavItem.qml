// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Heartline.Controls
import Heartline.Theme

/// A page's place in the rail, with a count where there is one.
T.AbstractButton {
    id: item

    required property string iconName
    property int count: 0

    implicitWidth: 64
    implicitHeight: 56
    checkable: true
    autoExclusive: true
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.PageTab
    Accessible.name: count > 0 ? text + ", " + count : text
    Accessible.checked: checked

    background: Item {
        Rectangle {
            anchors.fill: parent
            anchors.margins: 4
            radius: 8
            color: item.checked ? Theme.selected : item.hovered ? Theme.hovered : "transparent"
            border.width: item.visualFocus ? 2 : 0
            border.color: Theme.accent
        }
        Rectangle {
            visible: item.checked
            width: 3
            height: parent.height - 16
            anchors.verticalCenter: parent.verticalCenter
            radius: 1.5
            color: Theme.accent
        }
    }
    contentItem: Item {
        Icon {
            id: icon
            name: item.iconName
            size: 22
            color: item.checked ? Theme.text : Theme.secondary
            anchors.horizontalCenter: parent.horizontalCenter
            y: 9
        }
        Body {
            text: item.text
            font.pixelSize: 10 * Theme.scale
            color: item.checked ? Theme.text : Theme.secondary
            font.weight: item.checked ? Font.DemiBold : Font.Normal
            anchors.horizontalCenter: parent.horizontalCenter
            y: 35
        }
        Rectangle {
            visible: item.count > 0
            x: icon.x + 13
            y: 4
            height: 16
            width: Math.max(16, badge.implicitWidth + 8)
            radius: 8
            color: Theme.stale
            Body {
                id: badge
                anchors.centerIn: parent
                text: item.count > 99 ? "99+" : item.count
                color: Theme.dark ? Theme.background : "#FFFFFF"
                font.pixelSize: 10
                font.weight: Font.DemiBold
            }
        }
    }
}
