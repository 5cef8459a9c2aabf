// SPDX-License-Identifier: GPL-3.0-or-later
// What requests change, until it is written.
#include "node/node_state.h"

#include <utility>

namespace heartline::node {

std::uint64_t NodeState::begin(std::function<void()> undo) {
    m_open = Change{m_store ? ++m_lastTicket : 0, std::move(undo), {}, {}};
    return m_open->ticket;
}

void NodeState::announce(std::string_view type, protocol::Json data) {
    m_open->events.push_back({std::string(type), std::move(data)});
}

void NodeState::settle(Done done) {
    if (!m_open)
        return done(std::nullopt);
    Change change = *std::exchange(m_open, std::nullopt);
    change.done = std::move(done);
    if (change.ticket == 0)
        return conclude(change, std::nullopt);
    m_unwritten.push_back(std::move(change));
}

void NodeState::conclude(Change &change, const std::optional<std::string> &error) {
    if (error) {
        change.undo();
    } else {
        for (const Event &event : change.events)
            publish(event.type, event.data);
    }
    change.done(error);
}

void NodeState::take(const WriteOutcome &outcome) {
    m_writeTrouble = outcome.error.value_or(std::string());
    if (!outcome.error) {
        while (!m_unwritten.empty() && m_unwritten.front().ticket <= outcome.upTo) {
            Change change = std::move(m_unwritten.front());
            m_unwritten.pop_front();
            conclude(change, std::nullopt);
        }
        return;
    }
    if (outcome.upTo == 0 || outcome.round != m_round)
        return; // heartbeats alone, which are kept; or it was undone with those before it
    // What came later may rest on it: the newest is undone first.
    while (!m_unwritten.empty()) {
        Change change = std::move(m_unwritten.back());
        m_unwritten.pop_back();
        conclude(change, outcome.error);
    }
    m_store->beginRound(++m_round);
}

} // namespace heartline::node
