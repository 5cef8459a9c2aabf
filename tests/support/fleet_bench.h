// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/core_bench.h"

#include <map>

namespace heartline::test {

/// Agents "zns:0" … of which those that beat do so every 30 s, each in its turn, and a registry
/// that answers reads truly, or fails them.
struct Fleet : CoreBench {
    struct Agent {
        MonoTime last;
        bool beats = true;
        /// The registry says that it has no such agent.
        bool forgotten = false;
    };
    std::vector<Agent> agents;
    UtcTime registered = utc(now) - std::chrono::hours(1);
    bool away = false;
    bool listFails = false;
    /// The last beats that a cache goes on showing.
    std::vector<MonoTime> cache;
    void fillCache() {
        for (const Agent &agent : agents)
            cache.push_back(agent.last);
    }
    /// The same of the address of one agent's record.
    std::map<std::size_t, MonoTime> keptRecords;
    bool keptInLists = false;
    /// Whose beats are forged, every 20 s.
    std::vector<std::size_t> forged;
    MonoTime forgedAt;
    /// Our link is gone; the registry hears on.
    bool cut = false;
    /// Whose beats the registry hears, and the stream does not tell.
    std::set<std::size_t> untold;
    /// Its record alone cannot be read; or no record by itself.
    std::string unreadable;
    bool recordsFail = false;
    /// Nor can its entry in lists.
    bool unlisted = false;
    bool limited = false;
    /// It answers 429 to what is asked for sooner after what it answered last.
    Nanoseconds meter{};
    MonoTime grantedAt;
    bool isDenied() {
        if (meter == Nanoseconds{} || now - grantedAt >= meter) {
            grantedAt = now;
            return false;
        }
        return true;
    }
    /// What a developer's list holds at most; pages hold them all.
    std::size_t listCap = 1'000'000;
    std::vector<MonoTime> failedAt;
    /// Its clock is set by so much at that time.
    Nanoseconds step{};
    MonoTime steppedAt = MonoTime::max();
    [[nodiscard]] UtcTime stampOf(MonoTime at) const {
        return utc(at) + (at >= steppedAt ? step : Nanoseconds{});
    }

    /// `explained`: it watches for some time already.
    explicit Fleet(int count, bool explained = true) : agents(static_cast<std::size_t>(count)) {
        connect(explained);
        for (std::size_t i = 0; i < agents.size(); ++i) {
            agents[i].last = now - 30s * static_cast<std::int64_t>(i) / count;
            answer(id(i));
        }
    }
    static std::string id(std::size_t i) { return "zns:" + std::to_string(i); }
    void answer(const std::string &entityId, event::ReadBy by = event::ReadBy::Itself) {
        core.clock(registry).observeDate(std::chrono::floor<std::chrono::seconds>(stampOf(now)),
                                         now, now);
        const std::size_t number = std::stoul(entityId.substr(4));
        if (agents[number].forgotten) {
            if (by == event::ReadBy::Itself)
                feed(event::RecordMissing{registry, entityId, now});
            return;
        }
        const auto kept = keptRecords.find(number);
        const bool isOld =
            kept != keptRecords.end() && (keptInLists || by == event::ReadBy::Itself);
        const MonoTime shown = isOld           ? kept->second
                               : cache.empty() ? agents[number].last
                                               : cache[number];
        const UtcTime last = std::chrono::floor<std::chrono::seconds>(stampOf(shown));
        feed(event::RecordRead{registry,
                               entityId,
                               {protocol::EntityStatus::Active, registered, last, false, false},
                               now,
                               true,
                               by});
    }
    /// Ticks of 250 ms.
    void run(Nanoseconds duration) {
        const MonoTime end = now + duration;
        while (now < end) {
            now += 250ms;
            for (std::size_t i = 0; i < agents.size(); ++i)
                if (agents[i].beats && !agents[i].forgotten && !away &&
                    now - agents[i].last >= 30s) {
                    agents[i].last = now;
                    if (!cut && !untold.contains(i))
                        feed(event::BeatHeard{registry, id(i), stampOf(now)});
                }
            if (now - forgedAt >= 20s) {
                forgedAt = now;
                for (const std::size_t agent : forged)
                    feed(event::BeatHeard{registry, id(agent), stampOf(now)});
            }
            feed(event::Tick{});
            answerAll();
        }
    }
    void answerAll() {
        for (std::size_t i = 0; i < effects.size(); ++i) {
            const Effect asked = effects[i];
            if (!answered.insert(i).second)
                continue;
            if (const auto *one = std::get_if<effect::ReadRecord>(&asked)) {
                const bool denied = isDenied();
                if (away || recordsFail || one->entityId == unreadable || denied) {
                    failedAt.push_back(now);
                    feed(event::ReadFailed{.registry = registry,
                                           .entityId = one->entityId,
                                           .limited = limited || denied});
                } else {
                    answer(one->entityId);
                }
            } else if (const auto *list = std::get_if<effect::ReadList>(&asked)) {
                const MonoTime sentAt = now;
                const bool denied = isDenied();
                const bool fails = away || listFails || denied;
                if (fails)
                    failedAt.push_back(now);
                const bool full = agents.size() > listCap;
                const std::size_t held = full && !list->paging ? listCap : agents.size();
                for (std::size_t a = 0; a < held && !fails; ++a)
                    if (!unlisted || id(a) != unreadable)
                        answer(id(a), event::ReadBy::List);
                feed(event::ListRead{.registry = registry,
                                     .good = !fails,
                                     .complete = !fails && held == agents.size(),
                                     .sentAt = sentAt,
                                     .pages = full && list->paging ? std::size_t{3} : 0,
                                     .limited = denied || (fails && limited),
                                     .unread = unlisted ? std::size_t{1} : 0});
            } else if (std::holds_alternative<effect::ExplainOutage>(asked)) {
                if (away)
                    feed(event::OutageUnexplained{registry});
                else
                    feed(event::OutageExplained{registry, std::chrono::hours(5), {}, now});
            }
        }
    }
    [[nodiscard]] std::vector<std::string> accused() const {
        std::vector<std::string> ids;
        for (const Effect &e : effects)
            if (const auto *raised = std::get_if<effect::AlertRaised>(&e))
                ids.push_back(core.watch(raised->watch).entityId);
        return ids;
    }
    [[nodiscard]] int count(AgentState state) const {
        int found = 0;
        for (WatchIndex i = 0; i < core.watchCount(); ++i)
            found += core.watch(i).judgement.state == state ? 1 : 0;
        return found;
    }
    using CoreBench::count;
};

} // namespace heartline::test
