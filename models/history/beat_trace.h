// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <deque>
#include <optional>

namespace heartline::history {

/// The recent past of one agent, in memory: when it beat, and when we could not see. Times are on
/// our monotonic clock. What is older than the window is forgotten, except for the last beat before
/// it, without which the first ages could not be told.
class BeatTrace {
public:
    struct Interval {
        MonoTime from;
        MonoTime to;
    };

    explicit BeatTrace(Nanoseconds window) : m_window(window) {}

    /// Beats may come late and out of order; equal ones are kept once.
    void addBeat(MonoTime at);
    /// From now on nothing is seen; again and again is harmless.
    void beginUnobserved(MonoTime at);
    void endUnobserved(MonoTime at);
    void forgetBefore(MonoTime now);

    [[nodiscard]] const std::deque<MonoTime> &beats() const { return m_beats; }
    /// Closed ones, and the open one up to `now`.
    [[nodiscard]] std::deque<Interval> unobserved(MonoTime now) const;
    [[nodiscard]] Nanoseconds window() const { return m_window; }
    /// When this trace began: before it nothing was observed.
    [[nodiscard]] std::optional<MonoTime> start() const { return m_start; }
    void startAt(MonoTime at) { m_start = at; }

private:
    Nanoseconds m_window;
    std::optional<MonoTime> m_start;
    std::deque<MonoTime> m_beats;
    std::deque<Interval> m_unobserved;
    std::optional<MonoTime> m_blindSince;
};

} // namespace heartline::history
