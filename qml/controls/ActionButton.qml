// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Heartline.Theme

/// A button: primary (filled), plain (outlined) or quiet (an icon alone, its text as tooltip).
T.Button {
    id: button

    enum Kind { Primary, Plain, Quiet }
    property int kind: ActionButton.Plain
    property string iconName: ""
    readonly property bool iconOnly: kind === ActionButton.Quiet
    readonly property color ink: kind === ActionButton.Primary ? Theme.accentInk : iconOnly ? Theme.secondary : Theme.text

    implicitHeight: Theme.smallControlHeight
    implicitWidth: iconOnly ? implicitHeight : Math.ceil(implicitContentWidth) + 28
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.5
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.onPressAction: clicked()
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    background: Rectangle {
        radius: Theme.radius
        color: button.kind === ActionButton.Primary
            ? (button.down ? Qt.darker(Theme.accent, 1.15) : button.hovered ? Qt.lighter(Theme.accent, 1.08) : Theme.accent)
            : button.down || button.hovered ? Theme.line : "transparent"
        border.width: button.visualFocus ? 2 : button.kind === ActionButton.Plain ? 1 : 0
        border.color: button.visualFocus ? Theme.accent : Theme.line
    }
    contentItem: ButtonContent {
        text: button.text
        iconName: button.iconName
        iconOnly: button.iconOnly
        ink: button.hovered && button.iconOnly ? Theme.text : button.ink
    }
    HoverTip {
        text: button.text
        visible: button.iconOnly && button.hovered
    }
}
