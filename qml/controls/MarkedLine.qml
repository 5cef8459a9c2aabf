// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Theme

/// A line with a mark for how it went: a shape and a colour, read out as a word.
Item {
    id: line

    required property string mark
    required property string text
    property string note: ""
    property string lead: ""
    property real leadWidth: 0

    readonly property string iconName: mark === "good" ? "state-active"
        : mark === "bad" ? "state-stale" : mark === "running" ? "state-registered" : "state-deregistered"
    readonly property color iconColor: mark === "good" ? Theme.active
        : mark === "bad" ? Theme.stale : mark === "running" ? Theme.accent : Theme.deregistered

    implicitHeight: Math.max(24, body.implicitHeight + 8)
    Accessible.role: Accessible.StaticText
    Accessible.name: lead + " " + mark + " " + text + " " + note

    Icon {
        id: icon
        name: line.iconName
        color: line.iconColor
        size: 12
        y: 6
    }
    Body {
        id: leadText
        x: 22
        y: 4
        visible: line.lead !== ""
        width: line.leadWidth
        text: line.lead
        font.weight: Font.Medium
    }
    Body {
        id: body
        x: line.lead === "" ? 22 : 22 + line.leadWidth + 10
        y: 4
        width: line.width - x - (noteText.visible ? noteText.implicitWidth + 10 : 0)
        text: line.text
        wrapMode: Text.Wrap
        elide: Text.ElideNone
        color: line.lead === "" ? Theme.text : Theme.secondary
    }
    Body {
        id: noteText
        visible: line.note !== ""
        anchors.right: parent.right
        y: 4
        text: line.note
        color: Theme.secondary
    }
}
