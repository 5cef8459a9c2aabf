// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Heartline.Theme

/// One of a few filters.
T.AbstractButton {
    id: chip

    implicitHeight: Theme.controlHeight
    implicitWidth: Math.ceil(implicitContentWidth) + 28
    focusPolicy: Qt.StrongFocus
    checkable: true
    autoExclusive: true
    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.checked: checked

    background: Rectangle {
        radius: height / 2
        color: chip.checked ? Theme.selected : chip.hovered ? Theme.hovered : "transparent"
        border.width: chip.visualFocus ? 2 : 1
        border.color: chip.visualFocus ? Theme.accent : Theme.line
    }
    contentItem: Text {
        text: chip.text
        textFormat: Text.PlainText
        color: chip.checked ? Theme.text : Theme.secondary
        font.pixelSize: Theme.bodySize
        font.weight: chip.checked ? Font.DemiBold : Font.Normal
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }
}
