// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtTest
import Heartline.Controls
import Heartline.Fleet
import Heartline.Pages
import Heartline.Tests
import Heartline.Theme

Item {
    id: root
    width: 1216
    height: 760

    FleetPage {
        id: page
        anchors.fill: parent
    }
    AlertsPage {
        id: alertsPage
        anchors.fill: parent
        visible: false
    }
    RegistriesPage {
        id: registriesPage
        anchors.fill: parent
        visible: false
    }
    SignalSpy {
        id: chosen
        target: alertsPage
        signalName: "agentChosen"
    }

        SignalSpy {
        id: accepted
        signalName: "accepted"
    }
    SignalSpy {
        id: ended
                signalName: "clicked"
    }

    // The first item below `parent` whose property has this value.
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
        name: "FleetPage"
        when: windowShown

        function initTestCase() {
            failOnWarning(/.?/)
        }
        function init() {
            failOnWarning(/.?/)
            Fleet.selected = -1
            Fleet.agents.searchText = ""
            Fleet.agents.firingOnly = false
            Fleet.agents.orderHeld = false
            FleetDriver.load(12)
            Fleet.ticking = true
            page.visible = true
            alertsPage.visible = false
            registriesPage.visible = false
        }

        // The same, once it is there: rows are made when the list is laid out.
        function seen(parent, property, value) {
            tryVerify(() => root.find(parent, property, value) !== null, 5000, property + " " + value)
            return root.find(parent, property, value)
        }
        function test_sentence_counts_and_rows() {
            tryVerify(() => root.find(page, "text", "All 12 agents are beating") !== null)
            tryVerify(() => root.find(page, "text", "12 active") !== null)
            tryVerify(() => root.find(page, "name", "agent 0") !== null)
        }
        function test_stale_agent_leads_and_tells_what_comes_next() {
            FleetDriver.set(7, FleetState.Stale, 127, true)
            tryVerify(() => root.find(page, "text", "1 agent needs you") !== null)
            compare(Fleet.agents.rowOf(7), 0)
            const row = seen(page, "name", "agent 7")
            compare(row.index, 0)
            tryVerify(() => row.note.startsWith("leaves search in 2:5"))
            tryVerify(() => root.find(row, "text", "2:07") !== null || root.find(row, "text", "2:08") !== null)
            verify(root.find(row, "text", "Reconnect") !== null)
        }
        function test_unknown_agents_show_no_age() {
            FleetDriver.set(3, FleetState.Unknown, 200, false)
            const row = seen(page, "name", "agent 3")
            tryVerify(() => root.find(row, "text", "—") !== null)
            verify(root.find(page, "text", "1 agent cannot be judged") !== null)
        }
        function test_search_and_empty_states() {
            Fleet.agents.searchText = "agent 11"
            tryVerify(() => root.find(page, "name", "agent 11") !== null)
            compare(Fleet.agents.count, 1)
            Fleet.agents.searchText = "no such"
            tryVerify(() => root.find(page, "title", "Nothing matches") !== null)
            Fleet.agents.searchText = ""
            Fleet.agents.firingOnly = true
            tryVerify(() => root.find(page, "title", "Nothing is firing") !== null)
            Fleet.agents.firingOnly = false
            FleetDriver.load(0)
            tryVerify(() => root.find(page, "title", "No agents yet") !== null)
        }
        function test_click_opens_details_and_escape_closes_them() {
            const row = seen(page, "name", "agent 2")
            mouseClick(row, 60, 10)
            compare(Fleet.selected, 2)
            FleetDriver.describe(2, "Alive, but unheard")
            tryVerify(() => root.find(page, "text", "Alive, but unheard") !== null)
            // Hostile text is shown as it is.
            const line = root.find(page, "text", "<b>heard</b>")
            verify(line !== null)
            const close = seen(page, "text", "Close details")
            mouseClick(close)
            compare(Fleet.selected, -1)
        }
        function test_before_the_picture_is_whole_it_says_that_it_is_looking() {
            FleetDriver.settle(false)
            seen(page, "text", "Looking for your agents, 12 so far …")
            FleetDriver.load(0)
            FleetDriver.settle(false)
            seen(page, "title", "Looking for your agents …")
            FleetDriver.settle(true)
            seen(page, "title", "No agents yet")
        }
        function test_a_list_that_fails_is_no_empty_list() {
            FleetDriver.load(0)
            FleetDriver.failReads("HTTP 500: failed to list agents", true)
            seen(page, "title", "The list of your agents cannot be read")
            seen(page, "text", "zns01.zynd.ai: HTTP 500: failed to list agents. It is tried again and again; this says nothing about your agents.")
            verify(root.find(page, "title", "No agents yet") === null)
        }
        function test_a_registry_whose_reads_fail_is_not_green() {
            FleetDriver.failReads("HTTP 500: failed to query", false)
            seen(page, "text", "Blind on zns01.zynd.ai for 1:40")
            const chip = seen(page, "status", "refusing for 1:40")
            compare(chip.isSighted, false)
            verify(root.find(chip, "name", "state-unknown") !== null)
        }
        function test_the_order_is_held_only_while_the_pointer_moves() {
            const row = seen(page, "name", "agent 5")
            mouseMove(row, 30, 10)
            mouseMove(row, 34, 12)
            tryVerify(() => Fleet.agents.orderHeld)
            FleetDriver.set(11, FleetState.Stale, 127, true)
            verify(Fleet.agents.rowOf(11) !== 0)
            // It rests: after two seconds the rows are in order again.
            tryVerify(() => !Fleet.agents.orderHeld, 4000)
            compare(Fleet.agents.rowOf(11), 0)
        }
        function test_keyboard_chooses() {
            const row = seen(page, "name", "agent 0")
            const list = row.ListView.view
            list.forceActiveFocus()
            list.currentIndex = 0
            keyClick(Qt.Key_Down)
            // Its ring is drawn: in the picture, not only in a property.
            const second = seen(page, "name", "agent 1")
            verify(second.ringed)
            const place = second.mapToItem(page, second.width / 2, 2)
            tryVerify(() => Qt.colorEqual(grabImage(page).pixel(place.x, place.y), Theme.accent))
            keyClick(Qt.Key_Return)
            compare(Fleet.selected, Fleet.agents.agentAt(1))
        }
        function test_what_else_is_to_be_said_stands_in_the_row() {
            FleetDriver.mark(5, true, "inactive on zns02.zynd.ai", false)
            const row = seen(page, "name", "agent 5")
            compare(row.note, "flapping · but inactive on zns02.zynd.ai · not found by search")
            FleetDriver.mark(5, false, "", true)
            compare(row.note, "")
        }
        function test_an_agent_away_from_home_offers_its_home() {
            Fleet.selected = 6
            FleetDriver.sendAway(6, "real-a", "https://zns07.example.net")
            tryVerify(() => root.find(page, "text", "Watch its home registry, real-a, to see its heartbeat:") !== null)
            verify(root.find(page, "text", "https://zns07.example.net") !== null)
            verify(root.find(page, "text", "Watch it") !== null)
        }
                function test_an_agent_removed_unseen_is_ended_by_the_operator() {
            Fleet.selected = 7
            FleetDriver.describe(7, "Beating")
            tryVerify(() => root.find(page, "text", "Beating") !== null)
            verify(root.find(page, "text", "It was removed") === null)
            FleetDriver.lose(7)
            const button = seen(page, "text", "It was removed")
            compare(seen(page, "name", "agent 7").note, "not observed · no record there")
            button.forceActiveFocus(Qt.TabFocusReason)
            verify(button.visualFocus)
            ended.target = button
            ended.clear()

            mouseClick(button)
            compare(ended.count, 1)
        }
        function test_another_registry_is_accepted_by_the_operator() {
            page.visible = false
            registriesPage.visible = true
            verify(root.find(registriesPage, "text", "Accept it") === null)
            FleetDriver.replaceRegistry()
            const row = seen(registriesPage, "host", "zns01.zynd.ai")
            const button = seen(row, "text", "Accept it")
            accepted.target = row
            accepted.clear()
            mouseClick(button)
            compare(accepted.count, 1)
        }
        function test_a_registry_that_is_none_is_refused_with_a_reason() {
            page.visible = false
            registriesPage.visible = true
            const field = root.find(registriesPage, "placeholderText", "https://zns01.zynd.ai")
            field.text = "ftp://nowhere"
            field.accepted()
            tryVerify(() => root.find(registriesPage, "color", Theme.stale) !== null)
            compare(field.text, "ftp://nowhere")
        }
        function test_keys_that_no_registry_knows_are_listed() {
            page.visible = false
            registriesPage.visible = true
            verify(root.find(registriesPage, "text", "Keys that no registry knows") === null)
            FleetDriver.missKeys(["/home/me/.zynd/agents/x/keypair.json"])
            tryVerify(() => root.find(registriesPage, "text", "/home/me/.zynd/agents/x/keypair.json") !== null)
            FleetDriver.missKeys([])
        }
        function test_alerts_lead_to_their_agent() {
            FleetDriver.set(4, FleetState.Stale, 95, true)
            FleetDriver.raise(4)
            page.visible = false
            alertsPage.visible = true
            tryVerify(() => root.find(alertsPage, "text", "1 alert is firing") !== null)
            chosen.clear()
            mouseClick(seen(alertsPage, "title", "agent 4"), 80, 20)
            compare(chosen.count, 1)
            compare(chosen.signalArguments[0][0], 4)
        }
    }
}
