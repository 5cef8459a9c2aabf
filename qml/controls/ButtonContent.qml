// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Theme

/// A button's icon and word, centred.
Item {
    id: content

    required property string text
    required property string iconName
    required property color ink
    required property bool iconOnly

    implicitWidth: row.implicitWidth
    implicitHeight: row.implicitHeight

    Row {
        id: row
        anchors.centerIn: parent
        spacing: 6
        Icon {
            visible: content.iconName !== ""
            name: content.iconName
            size: 16
            color: content.ink
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            visible: !content.iconOnly
            text: content.text
            textFormat: Text.PlainText
            color: content.ink
            font.pixelSize: Theme.bodySize
            font.weight: Font.DemiBold
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
