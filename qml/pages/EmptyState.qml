// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Theme

/// What is said where there is nothing to show: what it means, and what to do.
Column {
    id: empty

    required property string title
    required property string text
    property string iconName: "heartline"

    spacing: 8
    width: Math.min(420, parent ? parent.width - 48 : 420)

    Icon {
        name: empty.iconName
        color: Theme.secondary
        size: 32
        anchors.horizontalCenter: parent.horizontalCenter
    }
    Body {
        text: empty.title
        font.pixelSize: Theme.nameSize
        font.weight: Font.DemiBold
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
    }
    Body {
        text: empty.text
        color: Theme.secondary
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        elide: Text.ElideNone
    }
}
