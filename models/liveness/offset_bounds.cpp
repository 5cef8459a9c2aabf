// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/offset_bounds.h"

#include <algorithm>

namespace heartline::liveness {

namespace {
/// A registry's clock may go wrong so badly, and none of it matters to ages that are told.
constexpr std::int64_t kDriftPartsPerMillion = 10'000;
/// Contradictions so small are a clock that goes wrong, or is being slewed: it is followed at once.
constexpr auto kSlew = std::chrono::milliseconds(1500);
constexpr int kSettledBy = 3;
/// Seconds at the network's own pace.
constexpr double kSettledAfterSeconds = 20;
constexpr double kTrustedSeconds = 60;
} // namespace

OffsetBounds::OffsetBounds(double pace)
    : m_trusted(fromSeconds(kTrustedSeconds * pace)),
      m_settledAfter(fromSeconds(kSettledAfterSeconds * pace)) {}

Nanoseconds OffsetBounds::drift(Nanoseconds time) {
    return std::max<Nanoseconds>(time, 0ns) / (1'000'000 / kDriftPartsPerMillion);
}

bool OffsetBounds::narrow(Bounds &bounds, const Bounds &by) {
    const Nanoseconds widened = drift(by.at - bounds.at);
    const Nanoseconds low = std::max(by.low, bounds.low - widened);
    const Nanoseconds high = std::min(by.high, bounds.high + widened);
    if (low > high + kSlew)
        return false;
    bounds = low <= high ? Bounds{low, high, by.at} : by;
    return true;
}

bool OffsetBounds::isSettled() const {
    return m_confirmations >= kSettledBy && m_now.at - m_since >= m_settledAfter;
}

bool OffsetBounds::isUnanimous() const {
    return m_now.at - m_since >= m_trusted && m_contradictedAt <= std::max(m_since, m_tookOverAt);
}

bool OffsetBounds::fits(Nanoseconds low, Nanoseconds high, MonoTime at) const {
    Bounds known = m_now;
    return m_known && narrow(known, {low, high, at});
}

void OffsetBounds::observe(Nanoseconds low, Nanoseconds high, MonoTime at) {
    const Bounds seen{low, high, at};
    if (!m_known) {
        m_now = seen;
        m_since = at;
        m_known = true;
        return;
    }
    if (narrow(m_now, seen)) {
        m_confirmations = std::min(m_confirmations + 1, kSettledBy);
        return;
    }
    if (!isDoubted())
        m_doubtedSince = at;
    m_contradictedAt = at;
    const bool agrees = m_disputed && narrow(m_contrary, seen);
    if (!agrees) {
        m_contrary = seen;
        m_contrarySince = at;
    }
    m_contraries = agrees ? std::min(m_contraries + 1, kSettledBy) : 1;
    m_disputed = true;
    const bool overcome =
        m_confirmations > 0 ? at - m_now.at > m_trusted : at - m_contrarySince >= m_settledAfter;
    if (m_contraries >= kSettledBy && overcome) {
        m_now = m_contrary;
        m_confirmations = m_contraries;
        m_since = m_contrarySince;
        m_tookOverAt = at;
        m_disputed = false;
    }
}

} // namespace heartline::liveness
