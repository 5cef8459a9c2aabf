// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "alerts/alert.h"
#include "base/time.h"

#include <deque>
#include <set>
#include <unordered_map>
#include <vector>

namespace heartline::alerts {

/// What a notification is about: alerts that came up, or ended, within the same few seconds.
struct Notice {
    std::vector<Alert> raised;
    std::vector<Alert> resolved;
    [[nodiscard]] bool empty() const { return raised.empty() && resolved.empty(); }
};

/// All alerts of a fleet: those that fire, the latest that ended, and what is still to be told.
/// At most one fires for a subject. What one change costs does not grow with their number. Pure;
/// the time comes in.
class AlertBook {
public:
    /// Returns the alert's id; 0 when one fires for this subject already.
    std::uint64_t raise(Alert alert, MonoTime now);
    /// One that fired already when the program ended the last time: it is not told again.
    void restore(Alert alert);
    /// False when none fires for this subject.
    bool resolve(AlertKind kind, std::uint32_t subject, UtcTime at, bool deregistered,
                 MonoTime now);

    [[nodiscard]] int firing() const { return static_cast<int>(m_firing.size()); }
    /// The one that fires about this; null when none does. Valid until the next change.
    [[nodiscard]] const Alert *find(AlertKind kind, std::uint32_t subject) const;

    /// What changed since the last call.
    struct Changes {
        /// New ones and such that ended, in the order of their ids.
        std::vector<Alert> changed;
        /// Ended long ago and no longer kept.
        std::vector<std::uint64_t> forgotten;
        [[nodiscard]] bool empty() const { return changed.empty() && forgotten.empty(); }
    };
    [[nodiscard]] bool hasChanges() const { return !m_changed.empty() || !m_forgotten.empty(); }
    [[nodiscard]] Changes takeChanges();

    /// What has gathered for kGather, as one notice, or an empty one when nothing is due. Old ones
    /// gather for kGatherOld and are told apart from others.
    [[nodiscard]] Notice takeNotice(MonoTime now);

    static constexpr auto kGather = std::chrono::milliseconds(1500);
    static constexpr auto kGatherOld = std::chrono::seconds(15);
    /// So many that have ended are kept; what fires is never dropped.
    static constexpr std::size_t kEndedKept = 1000;

private:
    using Id = std::uint64_t;
    [[nodiscard]] static std::uint64_t keyOf(AlertKind kind, std::uint32_t subject);
    Id add(Alert alert);
    void gather(MonoTime now);
    [[nodiscard]] std::vector<Alert> take(std::set<Id> &ids) const;

    std::unordered_map<Id, Alert> m_alerts;
    std::unordered_map<std::uint64_t, Id> m_firing; ///< by kind and subject
    std::deque<Id> m_ended;                         ///< the one that ended first in front
    std::set<Id> m_changed;
    std::vector<Id> m_forgotten;
    std::set<Id> m_untoldRaised;
    std::set<Id> m_untoldOld;
    std::set<Id> m_untoldResolved;
    std::optional<MonoTime> m_dueAt;
    std::optional<MonoTime> m_oldDueAt;
    Id m_lastId = 0;
};

} // namespace heartline::alerts
