// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstdint>
#include <functional>

namespace heartline {

/// Runs functions later, on the time of the Clock that belongs to it: Qt's loop, or a simulator's
/// virtual time. What decides has its timers from here alone (see Timer).
///
/// Thread: one; functions run in it, never within a call of this.
class Scheduler {
public:
    using Task = std::function<void()>;
    /// Never 0, and never used twice.
    using Id = std::uint64_t;

    Scheduler() = default;
    Scheduler(const Scheduler &) = delete;
    Scheduler &operator=(const Scheduler &) = delete;
    virtual ~Scheduler() = default;

    /// Runs `task` once, when `delay` is over (at once: with the loop's next turn).
    virtual Id after(Nanoseconds delay, Task task) = 0;
    /// It runs no more. Nothing where it has run, or was cancelled.
    virtual void cancel(Id id) = 0;
};

} // namespace heartline
