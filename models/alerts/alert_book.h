// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "alerts/alert.h"
#include "base/time.h"

#include <deque>
#include <vector>

namespace heartline::alerts {

/// What a notification is about: alerts that came up, or ended, within the same few seconds.
struct Notice {
    std::vector<Alert> raised;
    std::vector<Alert> resolved;
    [[nodiscard]] bool empty() const { return raised.empty() && resolved.empty(); }
};

/// All alerts of a fleet: those that fire, the latest that ended, and what is still to be told.
/// At most one fires for a subject. Pure; the time comes in.
class AlertBook {
public:
    /// Returns the alert's id; 0 when one fires for this subject already.
    std::uint64_t raise(Alert alert, MonoTime now);
    /// One that fired already when the program ended the last time: it is not told again.
    void restore(Alert alert);
    void resolve(AlertKind kind, std::uint32_t subject, UtcTime at, bool deregistered,
                 MonoTime now);

    /// Newest first.
    [[nodiscard]] const std::deque<Alert> &alerts() const { return m_alerts; }
    [[nodiscard]] int firing() const;
    /// The one that fires about this; null when none does. Valid until the next change.
    [[nodiscard]] const Alert *find(AlertKind kind, std::uint32_t subject) const;

    /// What has gathered for kGather, as one notice, or an empty one when nothing is due.
    [[nodiscard]] Notice takeNotice(MonoTime now);
    [[nodiscard]] std::optional<MonoTime> noticeDueAt() const { return m_dueAt; }

    static constexpr auto kGather = std::chrono::milliseconds(1500);
    static constexpr std::size_t kKept = 1000;

private:
    void gather(MonoTime now);
    std::deque<Alert> m_alerts;
    Notice m_gathering;
    std::optional<MonoTime> m_dueAt;
    std::uint64_t m_lastId = 0;
};

} // namespace heartline::alerts
