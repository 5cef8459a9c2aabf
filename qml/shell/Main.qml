// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Fleet
import Heartline.Pages
import Heartline.Theme

/// The window.
Window {
    id: window

    property alias page: rail.page

    /// Shows the fleet with this agent's details open.
    function showAgent(agentIndex: int) {
        rail.page = 0
        fleetPage.choose(agentIndex)
    }

    width: 1280
    height: 800
    minimumWidth: 760
    minimumHeight: 520
    title: Fleet.label === "" ? "Heartline" : "Heartline — " + Fleet.label
    color: Theme.background

    Binding {
        target: Fleet
        property: "ticking"
        value: window.visible && window.visibility !== Window.Minimized
    }
    Shortcut {
        sequences: ["Ctrl+F", "/"]
        enabled: rail.page === 0
        onActivated: fleetPage.focusSearch()
    }
    Shortcut { sequence: "Ctrl+1"; onActivated: rail.page = 0 }
    Shortcut { sequence: "Ctrl+2"; onActivated: rail.page = 1 }
    Shortcut { sequence: "Ctrl+3"; onActivated: rail.page = 2 }
    Shortcut {
        sequence: "Ctrl+R"
        enabled: Fleet.selected >= 0
        onActivated: Fleet.reconnect(Fleet.selected)
    }
    Shortcut {
        sequence: "Escape"
        enabled: Fleet.selected >= 0 && rail.page === 0
        onActivated: Fleet.selected = -1
    }
    Shortcut { sequence: "Ctrl+W"; onActivated: window.close() }

    NavRail {
        id: rail
        height: window.height
        visible: !Setup.needed
    }
    FirstStartPage {
        anchors.fill: parent
        visible: Setup.needed
    }
    Item {
        x: rail.width
        width: window.width - rail.width
        height: window.height
        visible: !Setup.needed
        FleetPage {
            id: fleetPage
            width: parent.width
            height: parent.height - status.height
            visible: rail.page === 0
            focus: visible
        }
        AlertsPage {
            width: parent.width
            height: parent.height - status.height
            visible: rail.page === 1
            focus: visible
            onAgentChosen: agentIndex => window.showAgent(agentIndex)
        }
        RegistriesPage {
            width: parent.width
            height: parent.height - status.height
            visible: rail.page === 2
            focus: visible
        }
        StatusBar {
            id: status
            width: parent.width
            anchors.bottom: parent.bottom
        }
    }
}
