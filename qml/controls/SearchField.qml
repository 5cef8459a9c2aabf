// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Heartline.Theme

/// A line to type into; Escape empties it.
T.TextField {
    id: field

    property string iconName: "search"

    implicitHeight: Theme.controlHeight
    implicitWidth: 250
    leftPadding: iconName === "" ? 12 : 34
    rightPadding: 12
    verticalAlignment: TextInput.AlignVCenter
    font.pixelSize: Theme.bodySize
    color: Theme.text
    placeholderTextColor: Theme.secondary
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    selectByMouse: true
    Accessible.name: placeholderText
    Keys.onEscapePressed: clear()

    background: Rectangle {
        radius: Theme.radius
        color: Theme.surface
        border.width: field.activeFocus ? 2 : 1
        border.color: field.activeFocus ? Theme.accent : Theme.line
        Icon {
            visible: field.iconName !== ""
            name: field.iconName
            size: 16
            color: Theme.secondary
            anchors.verticalCenter: parent.verticalCenter
            x: 11
        }
    }
    Text {
        anchors.fill: parent
        anchors.leftMargin: field.leftPadding
        anchors.rightMargin: field.rightPadding
        visible: field.text === "" && field.preeditText === ""
        text: field.placeholderText
        textFormat: Text.PlainText
        color: field.placeholderTextColor
        font: field.font
        verticalAlignment: Text.AlignVCenter
        elide: Text.ElideRight
    }
}
