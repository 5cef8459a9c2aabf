// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Fleet
import Heartline.Theme

/// Our links: a fact apart from the agents'.
FocusScope {
    id: page

    Heading {
        id: heading
        x: 20
        y: 18
        width: page.width - 40
        text: Fleet.registries.summary
    }
    Body {
        id: sub
        x: 20
        y: heading.y + heading.height + 8
        width: page.width - 40
        color: Theme.secondary
        text: qsTr("While a registry cannot be seen its agents are unknown, and no alert is raised for them.")
        wrapMode: Text.Wrap
        elide: Text.ElideNone
    }
    AddRegistry {
        id: adder
        x: 20
        y: sub.y + sub.height + 14
        width: page.width - 40
        action: qsTr("Add registry")
    }
    ListView {
        id: list
        x: 20
        y: adder.y + adder.height + 14
        width: page.width - 40
        height: Math.min(contentHeight, page.height - y - (lost.visible ? lost.height + 66 : 0))
        clip: true
        focus: true
        activeFocusOnTab: true
        boundsBehavior: Flickable.StopAtBounds
        model: Fleet.registries
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Registries")
        delegate: RegistryRow {
            width: list.width
            onAccepted: Fleet.acceptRegistry(index)
        }
    }
    Capitals {
        id: lostHead
        visible: lost.count > 0
        x: 20
        y: list.y + list.height + 22
        text: qsTr("Keys that no registry knows")
    }
    ListView {
        id: lost
        x: 20
        y: lostHead.y + lostHead.height + 8
        width: page.width - 40
        height: Math.min(contentHeight, page.height * 0.4)
        visible: count > 0
        clip: true
        spacing: 4
        boundsBehavior: Flickable.StopAtBounds
        model: Fleet.unregistered
        Accessible.role: Accessible.List
        Accessible.name: lostHead.text
        delegate: Body {
            required property string modelData
            width: lost.width
            text: modelData
            color: Theme.secondary
            font.family: Theme.fixedFamily
            elide: Text.ElideMiddle
        }
    }
}
