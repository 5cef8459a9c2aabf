// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Theme

/// The sentence at the top of a page.
Text {
    textFormat: Text.PlainText
    color: Theme.text
    font.pixelSize: Theme.sentenceSize
    font.weight: Font.DemiBold
    elide: Text.ElideRight
    Accessible.role: Accessible.Heading
    Accessible.name: text
}
