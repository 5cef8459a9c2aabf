// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtTest
import Heartline.Fleet
import Heartline.Pages

Item {
    id: root
    width: 800
    height: 600

    FirstStartPage {
        id: page
        anchors.fill: parent
    }
    SignalSpy {
        id: chosen
        target: Setup
        signalName: "developerChosen"
    }
    SignalSpy {
        id: demo
        target: Setup
        signalName: "demoChosen"
    }

    function find(parent, property, value) {
        for (let i = 0; i < parent.children.length; ++i) {
            const child = parent.children[i]
            if (child[property] === value && child.visible)
                return child
            const found = find(child, property, value)
            if (found)
                return found
        }
        return null
    }

    TestCase {
        name: "FirstStart"
        when: windowShown

        function init() {
            failOnWarning(/.?/)
        }
        function test_three_ways_on() {
            verify(root.find(page, "title", "Choose a key file") !== null)
            verify(root.find(page, "title", "Give a developer id") !== null)
            mouseClick(root.find(page, "text", "Start"))
            compare(demo.count, 1)
        }
        function test_an_id_is_handed_on_trimmed() {
            const field = root.find(page, "placeholderText", "zns:dev:…")
            field.forceActiveFocus()
            field.text = " zns:dev:77dd76352e48b1b2d018dc56a118a947 "
            mouseClick(root.find(page, "text", "Use"))
            compare(chosen.count, 1)
            compare(chosen.signalArguments[0][0], "zns:dev:77dd76352e48b1b2d018dc56a118a947")
        }
    }
}
