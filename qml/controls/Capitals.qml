// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Theme

/// A column's or a section's head.
Text {
    textFormat: Text.PlainText
    color: Theme.secondary
    font.pixelSize: Theme.capitalSize
    font.weight: Font.Medium
    font.capitalization: Font.AllUppercase
    font.letterSpacing: 0.3
    elide: Text.ElideRight
}
