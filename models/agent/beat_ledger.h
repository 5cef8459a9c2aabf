// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/own_record.h"

namespace heartline::agent {

/// Which beat was the last that counted. A pong says that a beat came through; whether the registry
/// took it only the record says, which it leaves as it was for a beat that it drops in silence
/// (wrong clock, wrong key, deregistered). Thread: any one.
class BeatLedger {
public:
    explicit BeatLedger(Nanoseconds period) : m_period(period) {}

    /// A connection began: nothing came through by it yet.
    void connected() { m_throughSince.reset(); }
    /// The beat that was sent at `sentAt`, on our wall clock, came through.
    void cameThrough(UtcTime sentAt, MonoTime now);
    /// The record, as it was read just now.
    void recordRead(const OwnRecord::Answer &record, UtcTime utc, MonoTime now);

    /// On our wall clock.
    [[nodiscard]] std::optional<UtcTime> lastCounted() const { return m_lastCounted; }
    /// False where beats come through, and the record shows none of them.
    [[nodiscard]] bool counts() const { return m_counts; }

private:
    const Nanoseconds m_period;
    std::optional<UtcTime> m_lastCounted;
    bool m_counts = true;
    std::optional<MonoTime> m_throughSince;
    /// What the record showed last, and since when it does.
    std::optional<UtcTime> m_shown;
    MonoTime m_shownSince;
};

} // namespace heartline::agent
