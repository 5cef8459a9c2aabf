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
    const Nanoseconds widened = drift(at);
    const Nanoseconds bothLow = std::max(low, m_low - widened);
    const Nanoseconds bothHigh = std::min(high, m_high + widened);
    if (bothLow <= bothHigh)
        replace(m_rank, bothLow, bothHigh, at);
    else
        replace(m_rank, low, high, at);
}

void RegistryClock::replace(Rank rank, Nanoseconds low, Nanoseconds high, MonoTime at) {
    m_rank = rank;
    m_contradictedSince.reset();
    m_low = low;
    m_high = high;
    m_measuredAt = at;
}

void RegistryClock::observeDate(UtcTime date, MonoTime sentAt, MonoTime receivedAt) {
    // Somewhere between asking and hearing, its clock stood in [date, date + 1 s).
    const Nanoseconds stamp = date.time_since_epoch();
    const Nanoseconds low = stamp - receivedAt.time_since_epoch();
    const Nanoseconds high = stamp + 1s - sentAt.time_since_epoch();
    if (m_rank == Rank::Date)
        intersect(low, high, receivedAt);
    else
        replace(Rank::Date, low, high, receivedAt);
}

void RegistryClock::assumeOwnClock(UtcTime utc, MonoTime at) {
    if (m_rank != Rank::None)
        return;
    const Nanoseconds offset = utc.time_since_epoch() - at.time_since_epoch();
    replace(Rank::OwnClock, offset - kOwnClockMargin, offset + kOwnClockMargin, at);
}

void RegistryClock::observeEvent(UtcTime stamp, MonoTime receivedAt) {
    const Nanoseconds low = stamp.time_since_epoch() - receivedAt.time_since_epoch();
    if (m_rank != Rank::Date)
        return observeEventWithoutDate(low, receivedAt);
    // An event from the far future contradicts the clock; one event must not throw it over.
    if (low <= m_high + drift(receivedAt))
        intersect(low, m_high + drift(receivedAt), receivedAt);
}

void RegistryClock::observeEventWithoutDate(Nanoseconds low, MonoTime at) {
    const bool fits = low >= m_low - drift(at) - kEventDelay && low <= m_high + drift(at);
    if (m_rank == Rank::OwnClock && fits)
        return replace(Rank::Events, low, low + kEventDelay, at);
    if (m_rank == Rank::Events && fits)
        return intersect(std::max(low, m_low - drift(at)), std::max(low, m_low) + kEventDelay, at);
    // Some may be forged or late; all of a longer time, which agree, tell that the clock was set.
    const bool agrees = m_contradictedSince && low >= m_contradicting - kEventDelay &&
                        low <= m_contradicting + kEventDelay;
    if (!agrees)
        m_contradictedSince = at;
    m_contradicting = low;
    if (at - *m_contradictedSince >= kContradictionSpan)
        replace(Rank::Events, low, low + kEventDelay, at);
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
