// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Theme

/// The icon, word and count of a page's place in the rail.
Item {
    id: content

    required property string iconName
    required property string text
    required property int count
    required property bool checked

    Icon {
        id: icon
        name: content.iconName
        size: 22
        color: content.checked ? Theme.text : Theme.secondary
        anchors.horizontalCenter: parent.horizontalCenter
        y: 9
    }
    Body {
        text: content.text
        font.pixelSize: 10 * Theme.scale
        color: content.checked ? Theme.text : Theme.secondary
        font.weight: content.checked ? Font.DemiBold : Font.Normal
        anchors.horizontalCenter: parent.horizontalCenter
        y: 35
    }
    Rectangle {
        visible: content.count > 0
        x: icon.x + 13
        y: 4
        height: 16
        width: Math.max(16, badge.implicitWidth + 8)
        radius: 8
        color: Theme.stale
        Body {
            id: badge
            anchors.centerIn: parent
            text: content.count > 99 ? "99+" : content.count
            color: Theme.dark ? Theme.background : "#FFFFFF"
            font.pixelSize: 10
            font.weight: Font.DemiBold
        }
    }
}
