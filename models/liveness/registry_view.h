// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/events.h"
#include "liveness/judgement.h"
#include "liveness/read_budget.h"

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

    std::optional<MonoTime> listPendingSince;
    MonoTime lastListAt;
    bool listWanted = true;
    ReadBudget budget;
    std::vector<WatchIndex> watches;
    std::unordered_map<std::string, WatchIndex> byId;
    /// Watches that may need a read now.
    std::vector<WatchIndex> readQueue;
};

} // namespace heartline::liveness
