// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Fleet
import Heartline.Theme

/// A line to give one more registry in, and why it was not taken.
Column {
    id: adder

    property string suggestion: ""
    /// What the button says.
    property string action: qsTr("Add")

    spacing: 6
    onSuggestionChanged: if (field.text === "") field.text = suggestion

    function add() {
        problem.text = Fleet.addRegistry(field.text)
        if (problem.text === "")
            field.clear()
    }

    Row {
        width: parent.width
        spacing: 8
        SearchField {
            id: field
            iconName: ""
            width: Math.min(320, adder.width - button.width - parent.spacing)
            placeholderText: "https://zns01.zynd.ai"
            Accessible.name: qsTr("Address of a registry")
            onAccepted: adder.add()
            onTextEdited: problem.text = ""
        }
        ActionButton {
            id: button
            implicitHeight: Theme.controlHeight
            text: adder.action
            enabled: field.text !== ""
            onClicked: adder.add()
        }
    }
    Body {
        id: problem
        visible: text !== ""
        width: parent.width
        color: Theme.stale
        wrapMode: Text.Wrap
        elide: Text.ElideNone
        Accessible.role: Accessible.AlertMessage
    }
}
