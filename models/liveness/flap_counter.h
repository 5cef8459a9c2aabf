// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <deque>
#include <optional>

namespace heartline::liveness {

/// Says whether something that is up and down keeps going up and down: entered when kEnter
/// transitions lie within the window, left when no more than kLeave do. Two marks, so that it does
/// not flap itself.
class FlapCounter {
public:
    /// A transition, up or down. `window` is at the agents' pace.
    void transition(MonoTime at);
    /// Takes the time in. True when the answer of isFlapping() has changed.
    bool update(MonoTime now, Nanoseconds window);
    [[nodiscard]] bool isFlapping() const { return m_flapping; }
    /// Those within the window, as of the last update().
    [[nodiscard]] std::size_t transitions() const { return m_transitions.size(); }
    /// When update() may change its answer by time alone.
    [[nodiscard]] std::optional<MonoTime> dueAt(Nanoseconds window) const;

    static constexpr std::size_t kEnter = 6;
    static constexpr std::size_t kLeave = 2;
    /// Seconds at the network's own pace.
    static constexpr double kWindowSeconds = 1800;

private:
    std::deque<MonoTime> m_transitions;
    bool m_flapping = false;
};

} // namespace heartline::liveness
