// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Fleet

/// Search and the few filters.
Row {
    id: filters

    function focusSearch() {
        search.forceActiveFocus(Qt.ShortcutFocusReason)
        search.selectAll()
    }

    spacing: 12

    SearchField {
        id: search
        width: Math.min(250, filters.width * 0.4)
        placeholderText: qsTr("Search name, id, tag, registry")
        onTextChanged: Fleet.agents.searchText = text
    }
    Chip {
        text: qsTr("All %1").arg(Fleet.total)
        checked: true
        onToggled: Fleet.agents.firingOnly = !checked
    }
    Chip {
        text: qsTr("Firing %1").arg(Fleet.firing)
        onToggled: Fleet.agents.firingOnly = checked
    }
}
