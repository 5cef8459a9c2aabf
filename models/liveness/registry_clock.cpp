// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/registry_clock.h"

#include <algorithm>

namespace heartline::liveness {

namespace {

/// Outside of these no clock stands, and nothing overflows.
constexpr UtcTime kFirstYear = std::chrono::sys_days(std::chrono::year(1970) / 1 / 1);
constexpr UtcTime kLastYear = std::chrono::sys_days(std::chrono::year(2200) / 1 / 1);

Nanoseconds sinceEpoch(UtcTime time) {
    return std::clamp(time, kFirstYear, kLastYear).time_since_epoch();
}

} // namespace

ClockRank RegistryClock::rank(MonoTime at) const {
    if (stampsServe(at))
        return ClockRank::Stamps;
    // Which of two that contradict each other is wrong nobody knows.
    const bool odd =
        m_own && m_date.isKnown() && (m_date.low(at) > m_own->high || m_date.high(at) < m_own->low);
    return m_date.isKnown() && !odd ? ClockRank::Date
           : m_own                  ? ClockRank::OwnClock
                                    : ClockRank::None;
}

void RegistryClock::assumeOwnClock(UtcTime utc, MonoTime at) {
    const Nanoseconds offset = sinceEpoch(utc) - at.time_since_epoch();
    m_own = Offset{offset - kOwnClockMargin, offset + kOwnClockMargin};
}

void RegistryClock::observeDate(UtcTime date, MonoTime sentAt, MonoTime receivedAt) {
    // Somewhere between asking and hearing, its clock stood in [date, date + 1 s).
    const Nanoseconds stamp = sinceEpoch(date);
    m_date.observe(stamp - receivedAt.time_since_epoch(), stamp + 1s - sentAt.time_since_epoch(),
                   receivedAt);
}

void RegistryClock::observeEvent(UtcTime stamp, MonoTime receivedAt) {
    const Nanoseconds low = sinceEpoch(stamp) - receivedAt.time_since_epoch();
    m_stamps.observe(low, low + kEventDelay, receivedAt);
}

void RegistryClock::observeStamp(UtcTime wholeSecond, MonoTime earliest, MonoTime latest) {
    if (latest - earliest > paced(kTellingWindow))
        return; // it would fit to nearly anything
    const Nanoseconds stamp = sinceEpoch(wholeSecond);
    const Nanoseconds low = stamp - latest.time_since_epoch();
    const Nanoseconds high = stamp + 1s - earliest.time_since_epoch();
    m_stamps.observe(low, high, latest);
    if (m_stamps.fits(low, high, latest))
        m_shownSince = m_stamps.since();
}

void RegistryClock::confirmEvent(UtcTime stamp, MonoTime receivedAt) {
    const Nanoseconds low = sinceEpoch(stamp) - receivedAt.time_since_epoch();
    if (m_stamps.fits(low, low + kEventDelay, receivedAt))
        m_shownSince = m_stamps.since();
}

bool RegistryClock::wantsRecord(MonoTime at) const {
    return m_stamps.isKnown() && m_stamps.isSettled() && !isShown() && !stampsFit(at);
}

std::optional<RegistryClock::Offset> RegistryClock::withoutStamps(MonoTime at) const {
    return m_date.isKnown() ? std::optional(Offset{m_date.low(at), m_date.high(at)}) : m_own;
}

bool RegistryClock::stampsServe(MonoTime at) const {
    if (!m_stamps.isKnown())
        return false;
    if (stampsFit(at))
        return true;
    // All of them may be forged, which no record shows; and for want of stamps, dates tell more
    // that were not known to be wrong while there were stamps.
    const bool stale = at - m_stamps.confirmedAt() > m_stamps.trusted() && m_date.isKnown() &&
                       m_date.since() > m_stamps.confirmedAt();
    return m_stamps.isSettled() && (isShown() || m_stamps.isUnanimous()) && !stale;
}

bool RegistryClock::stampsFit(MonoTime at) const {
    const auto other = withoutStamps(at);
    return !other || (m_stamps.low(at) <= other->high && m_stamps.high(at) >= other->low);
}

RegistryClock::Offset RegistryClock::offset(MonoTime at) const {
    const auto other = withoutStamps(at);
    if (!stampsServe(at))
        return other.value_or(Offset{});
    const Offset stamps{m_stamps.low(at), m_stamps.high(at)};
    if (!other)
        return stamps;
    const Offset both{std::max(other->low, stamps.low), std::min(other->high, stamps.high)};
    return both.low <= both.high ? both : stamps;
}

std::optional<RegistryClock::Span> RegistryClock::when(UtcTime first, UtcTime last,
                                                       MonoTime now) const {
    if (!isKnown())
        return std::nullopt;
    const Offset known = offset(now);
    Span span{MonoTime(sinceEpoch(first) - known.high), MonoTime(sinceEpoch(last) - known.low)};
    // What is known is how it goes now; it may have gone wrong since then.
    span.earliest -= OffsetBounds::drift(now - span.earliest);
    span.latest += OffsetBounds::drift(now - span.latest);
    return span;
}

UtcTime RegistryClock::estimate(MonoTime at) const {
    const Offset known = offset(at);
    return UtcTime(at.time_since_epoch() + known.low + (known.high - known.low) / 2);
}

Nanoseconds RegistryClock::uncertainty(MonoTime at) const {
    const Offset known = offset(at);
    return (known.high - known.low) / 2;
}

bool RegistryClock::heardSince(MonoTime since, MonoTime at) const {
    return stampsServe(at) && m_stamps.confirmedAt() >= since;
}

bool RegistryClock::datesAgree(MonoTime at) const {
    return m_date.isKnown() && m_stamps.low(at) <= m_date.high(at) &&
           m_stamps.high(at) >= m_date.low(at);
}

bool RegistryClock::isDoubted(MonoTime at) const {
    if (!stampsServe(at))
        return m_date.isKnown() ? m_date.isDoubted() : m_stamps.isDoubted();
    return m_stamps.isDoubted() || datesTellSet(MonoTime::min());
}

bool RegistryClock::datesTellSet(MonoTime since) const {
    const MonoTime told = m_date.isDoubted() ? m_date.doubtedSince() : m_date.tookOverAt();
    return m_date.isKnown() && m_stamps.isKnown() && told > std::max(since, m_stamps.confirmedAt());
}

MonoTime RegistryClock::bothSetAt(MonoTime at) const {
    return datesAgree(at) ? m_stamps.tookOverAt() : MonoTime::min();
}

MonoTime RegistryClock::setAt(MonoTime at) const {
    return stampsServe(at) ? m_stamps.tookOverAt()
                           : std::max(m_date.tookOverAt(), m_stamps.tookOverAt());
}

} // namespace heartline::liveness
