// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Heartline.Controls
import Heartline.Fleet
import Heartline.Theme

/// The fleet, worst first, and beside or over it the details of the chosen agent.
FocusScope {
    id: page

    readonly property bool panelBeside: width >= 1036 // the window is 64 px wider: 1,100
    readonly property bool panelOpen: Fleet.selected >= 0
    readonly property real listWidth: panelOpen && panelBeside ? width - panelWidth : width
    readonly property real panelWidth: panelBeside ? Math.min(460, Math.max(384, width * 0.3)) : width

    // Columns, shared by the heads and every row.
    readonly property real nameWidth: Math.min(260, Math.max(124, listWidth * 0.17))
    readonly property real ageWidth: 62 * Theme.scale
    readonly property real noteWidth: listWidth >= 900 ? 190 * Theme.scale : 0
    readonly property real actionWidth: 112 * Theme.scale

    function focusSearch() { filters.focusSearch() }
    function choose(agentIndex: int) {
        Fleet.selected = agentIndex
        const row = Fleet.agents.rowOf(agentIndex)
        if (row >= 0) {
            list.currentIndex = row
            list.positionViewAtIndex(row, ListView.Contain)
        }
    }

    readonly property int orderHoldMs: 2000
    function holdOrder() {
        Fleet.agents.orderHeld = true
        orderHold.restart()
    }
    function releaseOrder() {
        orderHold.stop()
        Fleet.agents.orderHeld = false
    }
    Timer {
        id: orderHold
        interval: page.orderHoldMs
        onTriggered: Fleet.agents.orderHeld = false
    }

    FleetHeader {
        id: header
        x: 20
        y: 18
        width: page.listWidth - 40
        visible: !(page.panelOpen && !page.panelBeside)
    }
    FleetFilters {
        id: filters
        x: 20
        y: header.y + header.height + 14
        width: page.listWidth - 40
        visible: header.visible
    }
    Item {
        id: heads
        y: filters.y + filters.height + 12
        width: page.listWidth
        height: 20
        visible: header.visible && list.count > 0
        Capitals { x: 54; text: qsTr("Agent") }
        Capitals {
            x: 54 + page.nameWidth + 8
            width: page.ageWidth
            horizontalAlignment: Text.AlignRight
            text: qsTr("Age")
        }
        Capitals {
            id: skylineHead
            x: 54 + page.nameWidth + 8 + page.ageWidth + 14
            width: page.listWidth - x - page.noteWidth - page.actionWidth - 60
            text: qsTr("Heartbeat age, %1").arg(Fleet.windowText)
        }
        Capitals {
            x: page.listWidth - page.noteWidth - page.actionWidth - 20 - width
            text: qsTr("now")
            font.capitalization: Font.MixedCase
        }
    }
    ListView {
        id: list
        y: heads.y + heads.height + 2
        width: page.listWidth
        height: page.height - y
        visible: header.visible
        clip: true
        focus: true
        activeFocusOnTab: true
        model: Fleet.agents
        reuseItems: true
        keyNavigationEnabled: true
        boundsBehavior: Flickable.StopAtBounds
        currentIndex: -1
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Agents")

        delegate: AgentRow {
            width: list.width
            nameWidth: page.nameWidth
            ageWidth: page.ageWidth
            noteWidth: page.noteWidth
            actionWidth: page.actionWidth
            selected: agentIndex === Fleet.selected
            ringed: list.activeFocus && ListView.isCurrentItem
            onChosen: page.choose(agentIndex)
            onReconnectWanted: {
                page.choose(agentIndex)
                Fleet.reconnect(agentIndex)
            }
        }
        onCurrentIndexChanged: {
            if (activeFocus && currentIndex >= 0 && page.panelOpen)
                Fleet.selected = Fleet.agents.agentAt(currentIndex)
        }
        Keys.onReturnPressed: page.choose(Fleet.agents.agentAt(currentIndex))
        Keys.onSpacePressed: page.choose(Fleet.agents.agentAt(currentIndex))
        T.ScrollBar.vertical: T.ScrollBar {
            id: bar
            implicitWidth: 10
            padding: 2
            minimumSize: 0.05
            contentItem: Rectangle {
                implicitWidth: 6
                radius: 3
                color: Theme.secondary
                opacity: bar.size < 1 ? (bar.hovered || bar.pressed ? 0.8 : 0.35) : 0
            }
        }
        // While the pointer moves over the list, and a little longer, no row moves under it.
        HoverHandler {
            id: listHover
            readonly property point where: point.position
            onWhereChanged: if (hovered) page.holdOrder()
            onHoveredChanged: if (!hovered) page.releaseOrder()
        }
        onMovementStarted: page.holdOrder()
    }
    EmptyState {
        visible: header.visible && list.count === 0
        anchors.horizontalCenter: list.horizontalCenter
        y: list.y + Math.max(20, (list.height - height) / 3)
        title: Fleet.agents.searchText !== "" ? qsTr("Nothing matches")
            : Fleet.agents.firingOnly ? qsTr("Nothing is firing") : Fleet.emptyTitle
        text: Fleet.agents.searchText !== "" ? qsTr("No agent has \"%1\" in its name, id, tags or registry.").arg(Fleet.agents.searchText)
            : Fleet.agents.firingOnly ? qsTr("Every alert has ended. Choose All to see the whole fleet.")
            : Fleet.emptyText
    }
    Rectangle {
        visible: panel.visible && page.panelBeside
        x: page.listWidth
        width: 1
        height: page.height
        color: Theme.line
    }
    AgentDetails {
        id: panel
        visible: page.panelOpen
        x: page.panelBeside ? page.listWidth + 1 : 0
        width: page.panelBeside ? page.panelWidth - 1 : page.width
        height: page.height
        agentIndex: Fleet.selected
        onClosed: {
            Fleet.selected = -1
            list.forceActiveFocus()
        }
    }
}
