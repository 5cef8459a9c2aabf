// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <tl/expected.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace heartline::node {

/// Fetches agents' cards from the addresses that their records name, which anybody may have
/// written: http and https alone, no redirects, no address of this machine or of a private or
/// link-local network unless the node's operator allowed it, no proxy, 64 KiB and 5 s in all, one
/// at a time, and few that wait. In a thread of its own, made with the first.
class CardFetcher {
public:
    /// The card, a JSON object; or what went wrong, for who asked.
    using Outcome = tl::expected<std::string, std::string>;
    using Done = std::function<void(const Outcome &)>;
    using Later = std::function<void(std::function<void()>)>;

    explicit CardFetcher(bool privateToo) : m_privateToo(privateToo) {}
    ~CardFetcher();
    CardFetcher(const CardFetcher &) = delete;
    CardFetcher &operator=(const CardFetcher &) = delete;

    /// How answers get back into the listener's thread; before the first `fetch`.
    void answerIn(Later later) { m_later = std::move(later); }
    /// `done` is called later, or at once where too many wait. Listener's thread.
    void fetch(const std::string &entityUrl, Done done);
    /// Ends the thread; what waits is not answered. Idempotent.
    void stop();

private:
    struct Job {
        std::string url;
        Done done;
    };
    static constexpr std::size_t kMostWaiting = 32;
    void run();

    const bool m_privateToo;
    Later m_later;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Job> m_jobs;
    std::atomic<bool> m_stopping = false;
    std::thread m_thread;
};

} // namespace heartline::node
