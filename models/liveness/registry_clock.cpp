// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/registry_clock.h"

#include <algorithm>

namespace heartline::liveness {

namespace {
constexpr std::int64_t kDriftPartsPerMillion = 100; // twice what quartz clocks do
} // namespace

Nanoseconds RegistryClock::drift(MonoTime at) const {
    return std::max<Nanoseconds>(at - m_measuredAt, 0ns) / (1'000'000 / kDriftPartsPerMillion);
}

void RegistryClock::intersect(Nanoseconds low, Nanoseconds high, MonoTime at) {
    if (m_known) {
        const Nanoseconds widened = drift(at);
        const Nanoseconds bothLow = std::max(low, m_low - widened);
        const Nanoseconds bothHigh = std::min(high, m_high + widened);
        if (bothLow <= bothHigh) {
            low = bothLow;
            high = bothHigh;
        }
    }
    m_known = true;
    m_low = low;
    m_high = high;
    m_measuredAt = at;
}

void RegistryClock::observeDate(UtcTime date, MonoTime sentAt, MonoTime receivedAt) {
    // Somewhere between asking and hearing, its clock stood in [date, date + 1 s).
    const Nanoseconds stamp = date.time_since_epoch();
    intersect(stamp - receivedAt.time_since_epoch(), stamp + 1s - sentAt.time_since_epoch(),
              receivedAt);
}

void RegistryClock::observeEvent(UtcTime stamp, MonoTime receivedAt) {
    if (!m_known)
        return; // a lower bound alone says too little to judge by
    const Nanoseconds low = stamp.time_since_epoch() - receivedAt.time_since_epoch();
    // An event from the far future contradicts the clock; one event must not throw it over.
    if (low <= m_high + drift(receivedAt))
        intersect(low, m_high + drift(receivedAt), receivedAt);
}

UtcTime RegistryClock::earliest(MonoTime at) const {
    return UtcTime(at.time_since_epoch() + m_low - drift(at));
}

UtcTime RegistryClock::latest(MonoTime at) const {
    return UtcTime(at.time_since_epoch() + m_high + drift(at));
}

UtcTime RegistryClock::estimate(MonoTime at) const {
    return UtcTime(at.time_since_epoch() + m_low + (m_high - m_low) / 2);
}

Nanoseconds RegistryClock::uncertainty(MonoTime at) const {
    return (m_high - m_low) / 2 + drift(at);
}

} // namespace heartline::liveness
