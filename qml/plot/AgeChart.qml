// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtCharts
import Heartline.Fleet
import Heartline.Plot
import Heartline.Theme

/// One agent's heartbeat age with the marks it is judged by.
ChartView {
    id: chart

    required property int agentIndex
    readonly property real windowSeconds: Fleet.windowMs / 1000
    readonly property real greatestAge: Fleet.inactiveMs / 1000 * 1.1

    antialiasing: true
    legend.visible: false
    backgroundColor: "transparent"
    plotAreaColor: "transparent"
    margins.top: 4
    margins.bottom: 0
    margins.left: 0
    margins.right: 4
    animationOptions: ChartView.NoAnimation
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Heartbeat age in seconds")

    function refresh() {
        if (visible)
            AgePoints.fill(ageLine, Fleet.agents, agentIndex, Fleet.now)
    }
    function drawMark(line: var, ms: real) {
        line.clear()
        line.append(-windowSeconds, ms / 1000)
        line.append(0, ms / 1000)
    }
    function drawMarks() {
        drawMark(staleLine, Fleet.staleMs)
        drawMark(inactiveLine, Fleet.inactiveMs)
    }
    onAgentIndexChanged: refresh()
    onVisibleChanged: refresh()
    Component.onCompleted: {
        drawMarks()
        refresh()
    }

    Connections {
        target: Fleet
        function onNowChanged() { chart.refresh() }
        function onStarted() { chart.drawMarks() }
    }

    PlainValueAxis {
        id: timeAxis
        min: -chart.windowSeconds
        max: 0
        tickCount: 4
        labelFormat: "%.0f s"
        labelsColor: Theme.secondary
        labelsFont.pixelSize: Theme.capitalSize
        gridVisible: false
        lineVisible: true
        color: Theme.line
    }
    PlainValueAxis {
        id: ageAxis
        min: 0
        max: chart.greatestAge
        interval: Fleet.staleMs / 1000
        labelFormat: "%.0f"
        labelsColor: Theme.secondary
        labelsFont.pixelSize: Theme.capitalSize
        gridLineColor: Theme.line
        lineVisible: false
    }
    LineSeries {
        id: ageLine
        axisX: timeAxis
        axisY: ageAxis
        color: Theme.active
        width: 1.5
    }
    LineSeries {
        id: staleLine
        axisX: timeAxis
        axisY: ageAxis
        color: Theme.stale
        width: 1
        style: Qt.DashLine
    }
    LineSeries {
        id: inactiveLine
        axisX: timeAxis
        axisY: ageAxis
        color: Theme.inactive
        width: 1
        style: Qt.DashLine
    }
}
