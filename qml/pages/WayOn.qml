// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Theme

/// One of the ways on from the first start.
Rectangle {
    id: way

    required property string title
    required property string text
    required property string iconName
    default property alias controls: slot.data

    radius: 8
    color: Theme.surface
    border.color: Theme.line
    implicitHeight: Math.max(72, words.implicitHeight + 28)

    Icon {
        name: way.iconName
        color: Theme.accent
        size: 22
        x: 18
        anchors.verticalCenter: parent.verticalCenter
    }
    Column {
        id: words
        x: 56
        width: Math.max(80, way.width - x - slot.width - 36)
        anchors.verticalCenter: parent.verticalCenter
        spacing: 3
        Body {
            width: parent.width
            text: way.title
            font.pixelSize: Theme.nameSize
            font.weight: Font.DemiBold
        }
        Body {
            width: parent.width
            text: way.text
            color: Theme.secondary
            wrapMode: Text.Wrap
            elide: Text.ElideNone
        }
    }
    Row {
        id: slot
        anchors.right: parent.right
        anchors.rightMargin: 18
        anchors.verticalCenter: parent.verticalCenter
        spacing: 8
    }
}
