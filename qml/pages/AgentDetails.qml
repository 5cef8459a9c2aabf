// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Heartline.Controls
import Heartline.Fleet
import Heartline.Plot
import Heartline.Theme

/// One agent: the verdict first, then what each witness says, then the record.
Rectangle {
    id: panel

    required property int agentIndex
    readonly property AgentDetailObject detail: Fleet.detail
    property int agentState: Fleet.agents.stateOf(agentIndex)
    readonly property color tint: Theme.stateColor(agentState)

    signal closed

    color: Theme.surface
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Details of %1").arg(Fleet.agents.nameOf(agentIndex))
    Keys.onEscapePressed: closed()

    Connections {
        target: Fleet
        function onSummaryChanged() { panel.agentState = Qt.binding(() => Fleet.agents.stateOf(panel.agentIndex)) }
    }

    Flickable {
        id: scroll
        anchors.fill: parent
        contentHeight: content.implicitHeight + 40
        contentWidth: width
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: T.ScrollBar {
            id: bar
            implicitWidth: 10
            padding: 2
            contentItem: Rectangle {
                implicitWidth: 6
                radius: 3
                color: Theme.secondary
                opacity: bar.size < 1 ? 0.4 : 0
            }
        }

        Column {
            id: content
            x: 20
            y: 20
            width: panel.width - 40
            spacing: 12

            Item {
                width: parent.width
                height: 30
                StateMark {
                    id: mark
                    agentState: panel.agentState
                    size: 20
                    anchors.verticalCenter: parent.verticalCenter
                }
                Heading {
                    anchors.verticalCenter: parent.verticalCenter
                    x: 30
                    width: parent.width - x - 40
                    text: Fleet.agents.nameOf(panel.agentIndex)
                    font.pixelSize: 17 * Theme.scale
                    elide: Text.ElideMiddle
                }
                ActionButton {
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    kind: ActionButton.Quiet
                    iconName: "close"
                    text: qsTr("Close details")
                    onClicked: panel.closed()
                }
            }
            TextEdit {
                width: parent.width
                text: Fleet.agents.entityIdOf(panel.agentIndex)
                readOnly: true
                selectByMouse: true
                textFormat: TextEdit.PlainText
                wrapMode: TextEdit.WrapAnywhere
                color: Theme.secondary
                selectionColor: Theme.accent
                font.family: Theme.fixedFamily
                font.pixelSize: Theme.capitalSize
                Accessible.name: qsTr("Id")
            }
            Rectangle {
                width: parent.width
                height: verdict.implicitHeight + 22
                radius: Theme.radius
                color: Theme.dark ? Theme.raised : Theme.background
                Rectangle {
                    width: 4
                    height: parent.height
                    radius: 2
                    color: panel.tint
                }
                Column {
                    id: verdict
                    x: 18
                    y: 11
                    width: parent.width - 32
                    spacing: 4
                    Body {
                        width: parent.width
                        text: panel.detail.isReady ? panel.detail.verdictTitle : qsTr("Reading …")
                        font.pixelSize: 14 * Theme.scale
                        font.weight: Font.DemiBold
                    }
                    Body {
                        width: parent.width
                        text: panel.detail.verdictText
                        color: Theme.secondary
                        wrapMode: Text.Wrap
                        elide: Text.ElideNone
                    }
                    Body {
                        visible: text !== ""
                        width: parent.width
                        text: panel.detail.outlook
                        color: panel.tint
                        font.weight: Font.DemiBold
                        wrapMode: Text.Wrap
                        elide: Text.ElideNone
                    }
                }
            }
            Column {
                visible: panel.detail.isAway
                width: parent.width
                spacing: 6
                Body {
                    width: parent.width
                    text: qsTr("Watch its home registry, %1, to see its heartbeat:").arg(panel.detail.homeName)
                    wrapMode: Text.Wrap
                    elide: Text.ElideNone
                }
                AddRegistry {
                    width: parent.width
                    suggestion: panel.detail.homeUrl
                    action: qsTr("Watch it")
                }
            }
            Row {
                spacing: 8
                ActionButton {
                    kind: ActionButton.Primary
                    text: panel.detail.reconnecting ? qsTr("Reconnecting …") : qsTr("Reconnect")
                    enabled: !panel.detail.reconnecting && panel.agentState !== FleetState.Deregistered
                    implicitHeight: Theme.controlHeight
                    onClicked: Fleet.reconnect(panel.agentIndex)
                }
                ActionButton {
                    visible: panel.detail.isMissing
                    text: qsTr("It was removed")
                    implicitHeight: Theme.controlHeight
                    onClicked: Fleet.acceptEnd(panel.agentIndex)
                }
            }
            Column {
                visible: stepList.count > 0
                width: parent.width
                spacing: 2
                Capitals { text: qsTr("Reconnect, %1").arg(panel.detail.reconnectTime) }
                Repeater {
                    id: stepList
                    model: panel.detail.steps
                    delegate: MarkedLine {
                        required property var modelData
                        width: content.width
                        mark: modelData.mark
                        text: modelData.text
                        note: modelData.took
                    }
                }
            }
            Capitals { text: qsTr("Heartbeat age, %1").arg(Fleet.windowText) }
            AgeChart {
                width: parent.width
                height: 170
                agentIndex: panel.agentIndex
            }
            Column {
                width: parent.width
                spacing: 2
                Capitals { text: qsTr("Evidence") }
                Repeater {
                    model: panel.detail.evidence
                    delegate: MarkedLine {
                        required property var modelData
                        width: content.width
                        mark: modelData.mark
                        lead: modelData.witness
                        leadWidth: 88 * Theme.scale
                        text: modelData.says
                        note: modelData.when
                    }
                }
            }
            Column {
                width: parent.width
                spacing: 6
                Capitals { text: qsTr("Record") }
                Repeater {
                    model: panel.detail.record
                    delegate: Item {
                        id: entry
                        required property var modelData
                        width: content.width
                        implicitHeight: Math.max(16, value.implicitHeight)
                        Body {
                            width: 110 * Theme.scale
                            text: entry.modelData.name
                            color: Theme.secondary
                        }
                        Body {
                            id: value
                            x: 110 * Theme.scale
                            width: parent.width - x
                            text: entry.modelData.value
                            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                            elide: Text.ElideNone
                        }
                    }
                }
            }
        }
    }
}
