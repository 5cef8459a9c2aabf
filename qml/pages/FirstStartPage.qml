// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Dialogs
import Heartline.Controls
import Heartline.Fleet
import Heartline.Theme

/// No developer key: where it was looked for, and three ways on.
FocusScope {
    id: page

    Column {
        width: Math.min(660, page.width - 48)
        x: Math.round((page.width - width) / 2)
        y: Math.max(24, Math.round((page.height - height) / 3))
        spacing: 14

        Icon {
            name: "heartline"
            color: Theme.accent
            size: 36
        }
        Heading {
            width: parent.width
            text: qsTr("Whose agents are yours?")
        }
        Body {
            width: parent.width
            text: qsTr("Heartline finds your agents by your developer key. It was not found:")
            color: Theme.secondary
            wrapMode: Text.Wrap
        }
        Column {
            width: parent.width
            spacing: 4
            Repeater {
                model: Setup.lookedAt
                delegate: Body {
                    required property string modelData
                    width: parent ? parent.width : 0
                    text: modelData
                    color: Theme.secondary
                    font.family: Theme.fixedFamily
                    elide: Text.ElideMiddle
                }
            }
        }
        WayOn {
            width: parent.width
            iconName: "key"
            title: qsTr("Choose a key file")
            text: qsTr("Its id is kept, the key is not.")
            ActionButton {
                id: fileButton
                focus: true
                kind: ActionButton.Primary
                text: qsTr("Choose …")
                onClicked: fileDialog.open()
            }
        }
        WayOn {
            width: parent.width
            iconName: "id"
            title: qsTr("Give a developer id")
            text: qsTr("As zynd auth whoami prints it.")
            SearchField {
                id: idField
                iconName: ""
                width: Math.min(250, page.width * 0.3)
                placeholderText: "zns:dev:…"
                onAccepted: Setup.useDeveloperId(text)
            }
            ActionButton {
                anchors.verticalCenter: parent ? parent.verticalCenter : undefined
                text: qsTr("Use")
                enabled: idField.text !== ""
                onClicked: Setup.useDeveloperId(idField.text)
            }
        }
        WayOn {
            width: parent.width
            iconName: "play"
            title: qsTr("Start the demo")
            text: qsTr("A registry and six agents on this computer, ten times as fast.")
            ActionButton {
                text: qsTr("Start")
                onClicked: Setup.useDemo()
            }
        }
        Body {
            visible: text !== ""
            width: parent.width
            text: Setup.error
            color: Theme.stale
            wrapMode: Text.Wrap
            elide: Text.ElideNone
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
        }
    }
    FileDialog {
        id: fileDialog
        title: qsTr("Developer key file")
        nameFilters: [qsTr("Key files (*.json)"), qsTr("All files (*)")]
        onAccepted: Setup.useKeyFile(selectedFile)
    }
}
