// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace heartline::fleet {

/// When to check whether an agent can be found by others: soon after each change of its state, and
/// else now and then. Registries take 100 searches a minute from one address; this uses less than
/// half. Pure; the time comes in.
class SearchChecks {
public:
    explicit SearchChecks(double pace);

    /// Its state changed, or it is new.
    void wanted(std::uint32_t agent);
    /// Then, too: it may be dropped only a while after its state changed.
    void wantedAt(std::uint32_t agent, MonoTime at);
    /// The agent to check now; nothing while it rests, one is out, or all were checked lately.
    [[nodiscard]] std::optional<std::uint32_t> next(MonoTime now);
    /// The one that next() gave is through. One that could not be checked waits for its next turn.
    void done(MonoTime now);

private:
    struct Entry {
        std::optional<MonoTime> checkedAt;
        bool queued = false;
    };
    const Nanoseconds m_rest;
    const Nanoseconds m_again;
    std::vector<Entry> m_agents;
    std::deque<std::uint32_t> m_queue;
    std::multimap<MonoTime, std::uint32_t> m_later;
    std::optional<std::uint32_t> m_out;
    std::size_t m_cursor = 0;
    MonoTime m_notBefore{};
};

} // namespace heartline::fleet
