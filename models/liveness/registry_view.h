// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/events.h"
#include "liveness/judgement.h"
#include "liveness/read_budget.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace heartline::liveness {

/// One registry as the core sees it.
struct RegistryView {
    LinkState link = LinkState::Connecting;
    RegistryClock clock;
    Sight sight;

    MonoTime blindSince;
    /// How the link last was while there was no sight.
    LinkState blindAs = LinkState::Connecting;
    /// Somebody's beat lies well inside the last blind time: the registry heard, we did not.
    bool heardInGap = false;
    /// When its process was started, if it says so.
    std::optional<MonoTime> startedAt;
    bool seenBefore = false;
    bool explainWanted = false;
    std::optional<MonoTime> explainPendingSince;
    MonoTime explainNotBefore;

    bool alerted = false;
    /// Its link stands, but no record could be read since then.
    std::optional<MonoTime> failingSince;
    int failuresInRow = 0;
    /// While reads fail, one is tried now and then.
    MonoTime retryAt;
    int limitsInRow = 0;

    /// When the list that is under way was asked for, or last went on.
    std::optional<MonoTime> listPendingSince;
    bool listUrgent = false;
    int listAnswers = 0;
    MonoTime lastListAt;
    bool listWanted = true;
    /// What the list under way was asked for; what is hinted meanwhile wants another one.
    bool listWasWanted = false;
    /// The developer's list is cut off: only paging finds everybody.
    bool listFull = false;
    /// Registered of late, unread: perhaps ours. More than these wait for the next paging.
    std::deque<std::string> newcomers;
    static constexpr std::size_t kMostNewcomers = 64;
    std::optional<MonoTime> lastPagedAt;
    /// What paging cost last time, in requests.
    std::size_t listPages = 0;
    /// Of late, asking to answer; smoothed.
    Nanoseconds roundTrip{};
    ReadBudget budget;
    std::vector<WatchIndex> watches;
    std::unordered_map<std::string, WatchIndex> byId;
    /// Watches that may need a read now.
    std::vector<WatchIndex> readQueue;
};

} // namespace heartline::liveness
