// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Fleet
import Heartline.Theme

/// The sentence, the counts under it, and, apart on the right, the links to the registries.
Item {
    id: header

    readonly property bool linksBeside: width >= 760
    implicitHeight: left.implicitHeight

    Column {
        id: left
        width: header.linksBeside ? header.width - links.width - 24 : header.width
        spacing: 10

        Row {
            width: parent.width
            spacing: 12
            Heading {
                id: sentence
                text: Fleet.sentence
                width: Math.min(implicitWidth, parent.width - (badge.visible ? badge.width + 12 : 0))
            }
            Rectangle {
                id: badge
                visible: Fleet.label !== ""
                height: 22
                width: badgeText.implicitWidth + 20
                radius: 11
                color: "transparent"
                border.color: Theme.accent
                anchors.verticalCenter: sentence.verticalCenter
                Body {
                    id: badgeText
                    anchors.centerIn: parent
                    text: Fleet.label
                    color: Theme.accent
                    font.pixelSize: Theme.capitalSize
                    font.weight: Font.Medium
                }
            }
        }
        Flow {
            width: parent.width
            spacing: 18
            Repeater {
                model: Fleet.counts
                delegate: Row {
                    id: count
                    required property var modelData
                    spacing: 6
                    StateMark {
                        agentState: count.modelData.agentState
                        size: 14
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    Body {
                        text: count.modelData.text
                        color: Theme.secondary
                    }
                }
            }
            Body {
                visible: Fleet.total === 0
                text: Fleet.registries.summary
                color: Theme.secondary
            }
        }
    }
    Column {
        id: links
        visible: header.linksBeside
        anchors.right: parent.right
        width: Math.min(360, header.width * 0.48)
        spacing: 8
        Repeater {
            model: Fleet.registries
            delegate: RegistryRow {
                width: links.width
                compact: true
                visible: index < 3
            }
        }
    }
}
