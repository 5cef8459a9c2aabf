// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Controls
import Heartline.Theme

/// An icon of this product in one colour, sharp at any scale factor.
Image {
    id: icon

    required property string name
    property color color: Theme.text
    property int size: 20

    width: size
    height: size
    sourceSize.width: Math.round(size * Screen.devicePixelRatio)
    sourceSize.height: Math.round(size * Screen.devicePixelRatio)
    source: IconAddress.of(name, color)
    asynchronous: false
    Accessible.ignored: true
}
