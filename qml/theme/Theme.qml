// SPDX-License-Identifier: GPL-3.0-or-later
pragma Singleton
pragma ComponentBehavior: Bound

import QtQuick
import Heartline.Theme

/// Every colour, size and space there is. Colours of states are looked up by the number of the
/// state (see FleetState).
QtObject {
    readonly property bool dark: Appearance.dark
    readonly property real scale: Appearance.scale

    readonly property color background: dark ? "#10141A" : "#F4F6F8"
    readonly property color surface: dark ? "#171D25" : "#FFFFFF"
    readonly property color raised: dark ? "#1F2732" : "#FFFFFF"
    readonly property color hovered: dark ? "#1A212A" : "#ECEFF3"
    readonly property color selected: dark ? "#1F2732" : "#E3ECF7"
    readonly property color line: dark ? "#2A3441" : "#D9DFE6"
    readonly property color text: dark ? "#E8ECF2" : "#18202A"
    readonly property color secondary: dark ? "#9BA8B7" : "#556270"
    readonly property color accent: dark ? "#5BA8FF" : "#1B63BD"
    readonly property color accentInk: dark ? "#0C1520" : "#FFFFFF"

    readonly property color active: dark ? "#3CC492" : "#0B7A55"
    readonly property color late: dark ? "#F0B64A" : "#8F5B00"
    readonly property color stale: dark ? "#FF705C" : "#C02D19"
    readonly property color inactive: dark ? "#C793EA" : "#7A3FA3"
    readonly property color unknown: dark ? "#93A0AF" : "#586573"
    readonly property color registered: dark ? "#6DB3FF" : "#1B63BD"
    readonly property color deregistered: dark ? "#7F8B99" : "#66727F"

    // In the order of FleetState.
    readonly property var stateColors: [unknown, registered, active, late, stale, inactive, deregistered]

    function stateColor(state: int): color {
        return stateColors[state] ?? unknown
    }

    readonly property int space: 4
    readonly property int radius: 6
    readonly property real rowHeight: Math.round(50 * Math.max(1, scale))
    readonly property real controlHeight: Math.round(32 * Math.max(1, scale))
    readonly property real smallControlHeight: Math.round(28 * Math.max(1, scale))

    readonly property real sentenceSize: 20 * scale
    readonly property real nameSize: 13.5 * scale
    readonly property real bodySize: 12 * scale
    readonly property real capitalSize: 10.5 * scale
    readonly property string fixedFamily: Appearance.fixedFamily

    readonly property int fade: 150
}
