// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

namespace heartline::node {

/// Long work in pieces, one a turn of the listener's loop, so that a heartbeat waits for one piece
/// at most, however many lists and searches are asked for. Listener's thread only.
class WorkQueue {
public:
    /// Runs a function with the loop's next turn.
    using Later = std::function<void(std::function<void()>)>;
    /// Does a piece that takes a millisecond or two; false when nothing is left to do.
    using Piece = std::function<bool()>;
    static constexpr std::size_t kMost = 512;

    /// Without one, all is done at once.
    void runIn(Later later) { m_later = std::move(later); }

    /// False where so much waits already: it will not be done.
    [[nodiscard]] bool add(Piece piece) {
        if (m_waiting.size() >= kMost)
            return false;
        m_waiting.push_back(std::move(piece));
        if (m_waiting.size() == 1 && !m_running)
            next();
        return true;
    }

private:
    void next() {
        if (m_waiting.empty())
            return;
        if (m_later)
            return m_later([this] { turn(); });
        while (!m_waiting.empty())
            turn();
    }
    void turn() {
        Piece piece = std::move(m_waiting.front());
        m_waiting.pop_front();
        m_running = true;
        try {
            if (piece())
                m_waiting.push_back(std::move(piece)); // the others have their turn first
        } catch (...) {                                // ends with it; the others go on
            goOn();
            throw;
        }
        goOn();
    }
    void goOn() {
        m_running = false;
        if (m_later)
            next();
    }

    Later m_later;
    std::deque<Piece> m_waiting;
    bool m_running = false;
};

} // namespace heartline::node
