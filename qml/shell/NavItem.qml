// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
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
    contentItem: NavItemContent {
        iconName: item.iconName
        text: item.text
        count: item.count
        checked: item.checked
    }
}
