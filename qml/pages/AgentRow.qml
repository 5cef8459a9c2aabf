// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Fleet
import Heartline.Plot
import Heartline.Theme

/// One agent: state, age, skyline, what comes next, Reconnect.
Item {
    id: row

    required property int index
    required property int agentIndex
    required property string name
    required property string entityId
    required property string registry
    required property int agentState
    required property double lastBeat
    required property bool proved
    required property bool reconnecting
    required property string marks
    /// Columns of the list it is in.
    required property real nameWidth
    required property real ageWidth
    required property real noteWidth
    required property real actionWidth
    property bool selected: false
    /// The keyboard is at this row. (A ListView's highlight is not made by Qt 6.4 in a file whose
    /// components are bound, so the row draws its ring itself.)
    property bool ringed: false

    signal chosen
    signal reconnectWanted

    readonly property color tint: Theme.stateColor(agentState)
    readonly property double age: isNaN(lastBeat) ? -1 : Math.max(0, Fleet.now - lastBeat)
    readonly property bool ageTold: agentState !== FleetState.Unknown && agentState !== FleetState.Registered
        && agentState !== FleetState.Deregistered
    readonly property bool needy: agentState === FleetState.Late || agentState === FleetState.Stale
        || agentState === FleetState.Inactive
    readonly property string extra: Format.joined([marks, proved ? "" : qsTr("ownership not proved")])
    readonly property string note: Format.joined([Format.outlook(agentState, age, Fleet.inactiveMs, Fleet.sweepMs), extra])

    height: Theme.rowHeight
    Accessible.role: Accessible.ListItem
    Accessible.name: name + ", " + Format.stateWord(agentState) + ", " + (ageTold ? Format.age(age) + ", " : "") + registry + ", " + note
    Accessible.selected: selected
    Accessible.onPressAction: chosen()

    Rectangle {
        anchors.fill: parent
        anchors.leftMargin: 10
        anchors.rightMargin: 10
        anchors.topMargin: 1
        anchors.bottomMargin: 1
        radius: 8
        color: row.selected ? Theme.selected : hover.hovered ? Theme.hovered : "transparent"
        border.width: row.ringed ? 2 : 0
        border.color: Theme.accent
    }
    Rectangle {
        anchors.bottom: parent.bottom
        x: 20
        width: parent.width - 40
        height: 1
        color: Theme.line
        opacity: row.selected ? 0 : 0.7
    }
    HoverHandler { id: hover }
    TapHandler { onTapped: row.chosen() }

    StateMark {
        id: mark
        x: 24
        anchors.verticalCenter: parent.verticalCenter
        agentState: row.agentState
    }
    Column {
        id: names
        x: 54
        width: row.nameWidth
        anchors.verticalCenter: parent.verticalCenter
        spacing: 3
        Body {
            width: parent.width
            text: row.name
            font.pixelSize: Theme.nameSize
            font.weight: Font.DemiBold
            elide: Text.ElideMiddle
            HoverHandler { id: nameHover }
            HoverTip {
                text: row.name + "\n" + row.entityId
                visible: nameHover.hovered
            }
        }
        Body {
            width: parent.width
            // Where there is no room for notes, what is out of the ordinary goes before the registry.
            text: Format.joined([Format.stateWord(row.agentState), row.noteWidth > 0 ? "" : row.extra, row.registry])
            color: row.needy || row.agentState === FleetState.Registered ? row.tint : Theme.secondary
        }
    }
    Body {
        id: ageText
        x: names.x + row.nameWidth + 8
        width: row.ageWidth
        anchors.verticalCenter: parent.verticalCenter
        horizontalAlignment: Text.AlignRight
        text: row.ageTold ? Format.age(row.age) : Format.age(-1)
        font.pixelSize: row.age >= 3600000 ? Theme.bodySize : 16 * Theme.scale
        font.weight: Font.Medium
        elide: Text.ElideNone
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: 9
        color: row.needy ? row.tint : Theme.text
    }
    Skyline {
        x: ageText.x + row.ageWidth + 14
        width: Math.max(40, row.width - x - row.noteWidth - row.actionWidth - 20)
        height: 28
        anchors.verticalCenter: parent.verticalCenter
        agentIndex: row.agentIndex
    }
    Body {
        visible: row.noteWidth > 0
        x: row.width - row.actionWidth - row.noteWidth - 6
        width: row.noteWidth - 12
        anchors.verticalCenter: parent.verticalCenter
        text: row.note
        color: row.agentState === FleetState.Stale || row.agentState === FleetState.Inactive ? row.tint : Theme.secondary
        wrapMode: Text.Wrap
        maximumLineCount: 2
    }
    ActionButton {
        anchors.right: parent.right
        anchors.rightMargin: 20
        anchors.verticalCenter: parent.verticalCenter
        focusPolicy: Qt.NoFocus
        enabled: !row.reconnecting && row.agentState !== FleetState.Deregistered
        kind: !row.needy ? ActionButton.Quiet : row.selected ? ActionButton.Primary : ActionButton.Plain
        text: row.reconnecting ? qsTr("Working …") : qsTr("Reconnect")
        iconName: kind === ActionButton.Quiet ? "reconnect" : ""
        opacity: kind === ActionButton.Quiet && !hover.hovered && !row.selected ? 0.45 : enabled ? 1 : 0.6
        onClicked: row.reconnectWanted()
    }
}
