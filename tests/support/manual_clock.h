// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <atomic>

namespace heartline::test {

/// A clock that stands still until told to move. Thread-safe.
class ManualClock final : public Clock {
public:
    explicit ManualClock(UtcTime utc) : m_utc(utc.time_since_epoch().count()) {}
    [[nodiscard]] MonoTime mono() const override { return MonoTime(Nanoseconds(m_mono)); }
    [[nodiscard]] UtcTime utc() const override { return UtcTime(Nanoseconds(m_utc)); }
    /// Both clocks go on.
    void advance(Nanoseconds by);
    void setUtc(UtcTime utc) { m_utc = utc.time_since_epoch().count(); }

private:
    std::atomic<std::int64_t> m_mono{1'000'000'000'000};
    std::atomic<std::int64_t> m_utc;
};

} // namespace heartline::test
