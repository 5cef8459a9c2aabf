// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

namespace heartline::liveness {

/// A registry's clock seen from ours: its UTC = our monotonic time + offset, the offset known to
/// lie within bounds. Our wall clock plays no part, so it may step as it likes.
///
/// Each observation is a pair of bounds; they are intersected, widened by drift as they age, and
/// an observation that contradicts what is known replaces it (the registry's clock was set).
class RegistryClock {
public:
    [[nodiscard]] bool isKnown() const { return m_known; }

    /// A `Date` header, cut to whole seconds, of an answer that was asked for and came at these
    /// times.
    void observeDate(UtcTime date, MonoTime sentAt, MonoTime receivedAt);
    /// An event stamped by the registry: it lay in the past when it came.
    void observeEvent(UtcTime stamp, MonoTime receivedAt);

    /// Bounds of the registry's time at a moment. Only when known.
    [[nodiscard]] UtcTime earliest(MonoTime at) const;
    [[nodiscard]] UtcTime latest(MonoTime at) const;
    /// The middle of the bounds.
    [[nodiscard]] UtcTime estimate(MonoTime at) const;
    /// Half the distance of the bounds.
    [[nodiscard]] Nanoseconds uncertainty(MonoTime at) const;

private:
    void intersect(Nanoseconds low, Nanoseconds high, MonoTime at);
    [[nodiscard]] Nanoseconds drift(MonoTime at) const;

    bool m_known = false;
    Nanoseconds m_low{};
    Nanoseconds m_high{};
    MonoTime m_measuredAt;
};

} // namespace heartline::liveness
