// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/environment.h"
#include "base/timer.h"
#include "protocol/entity_list.h"

#include <functional>
#include <optional>
#include <unordered_set>

namespace heartline::registry {

/// Reads all records of a developer at one registry: the developer's list, and where that is full
/// (it stops at 100) every page of the registry's own list, up to an empty one, as some give fewer
/// than they are asked for. What is too large, or fails where others did not, is asked for in ever
/// smaller parts, and the one entry that it is about is passed over and counted. One list at a
/// time: a new one ends the one before, whose `done` is not called. Thread: its environment's.
class ListReader {
public:
    struct Outcome {
        /// All of the developer's agents were in it.
        bool complete = false;
        /// When the first request went out.
        MonoTime sentAt;
        /// Pages of the registry's own list; 0 where the developer's sufficed.
        int pages = 0;
        /// Entries that were no usable record, or could not be read at all.
        int skipped = 0;
    };
    /// The developer's records of one answer, which was asked for at `sentAt`.
    using Take = std::function<void(std::vector<protocol::EntityRecord> records, MonoTime sentAt)>;
    using Done = std::function<void(Result<Outcome>)>;
    /// Told of every answer, for clocks and contact, before it is used; false for one that a cache
    /// gave.
    using AnswerHook = std::function<bool(const std::string &url, HttpReply &reply)>;

    ListReader(const Environment &environment, std::string registry, AnswerHook hook);

    struct Order {
        std::string developerId;
        /// Allows the pages; without it a full list comes back as not complete.
        bool paging = false;
        /// Time between two pages, at least: what the registry's budget allows.
        Nanoseconds rest = std::chrono::milliseconds(50);
        /// A page was answered by 429, and is asked for again after so long.
        std::function<void(Nanoseconds rest)> limited;
    };
    void read(Order order, MonoTime now, Take take, Done done);
    /// Ends a running one with an error of kind Cancelled.
    void stop();

    static constexpr int kPage = 200;
    /// No registry is paged through further than this.
    static constexpr int kMostEntities = 200'000;
    static constexpr int kMostPages = 4'000;
    /// Pages of one list that may fail before the list does.
    static constexpr int kMostFailures = 60;
    /// A developer's list that is too large is left alone for so long.
    static constexpr Nanoseconds kTooLargeFor = std::chrono::minutes(10);

private:
    void readOwn();
    void readPage();
    void tookOwn(protocol::EntityList list, MonoTime sentAt);
    void tookPage(protocol::EntityList page, MonoTime sentAt);
    void pageFailed(const Error &error);
    void get(const std::string &path,
             std::function<void(Result<protocol::EntityList>, MonoTime sentAt)> use);
    /// False when the taker has begun another read.
    [[nodiscard]] bool handOver(std::vector<protocol::EntityRecord> records, MonoTime sentAt);
    void finish(Result<Outcome> outcome);

    Transport &m_transport;
    const std::string m_registry;
    const AnswerHook m_hook;
    Order m_order;
    Outcome m_outcome;
    int m_offset = 0;
    int m_limit = kPage;
    int m_failures = 0;
    int m_refusalsInRow = 0;
    int m_limitsInRow = 0;
    /// Of the page before.
    std::string m_firstOfPage;
    std::optional<MonoTime> m_ownTooLargeAt;
    std::uint64_t m_reads = 0;
    std::unordered_set<std::string> m_seen;
    Take m_take;
    Done m_done;
    std::uint64_t m_request = 0;
    Timer m_restTimer;
};

} // namespace heartline::registry
