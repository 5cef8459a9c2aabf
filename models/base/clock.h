// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

namespace heartline {

/// The one door to "now". Implementations are thread-safe.
class Clock {
public:
    Clock() = default;
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;
    virtual ~Clock() = default;
    /// Never goes back; goes on while the machine sleeps.
    [[nodiscard]] virtual MonoTime mono() const = 0;
    /// Wall clock; may jump.
    [[nodiscard]] virtual UtcTime utc() const = 0;
};

} // namespace heartline
