// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "registry/answer_marks.h"

#include <unordered_map>

namespace heartline::registry {

/// Tells answers that a cache kept from those that the registry just gave. What is kept looks good
/// and speaks of a time that is over: such a record proves nothing, and a dead agent's last good
/// one may be given out for ever.
///
/// Marks of a cache are `Age` (RFC 9111, 5.1), a word of a hit (`X-Cache`, `Cache-Status` and the
/// like), and a `Date` that an address gives for the third time, while answers from other addresses
/// have moved on; twice it may be that of two front ends whose clocks differ. Where every `Date`
/// stands still it is the clock of what answers, and no mark.
class CacheMarks {
public:
    /// The answer from `url` was kept for longer than kTolerated. Answers are shown in the order in
    /// which they come.
    [[nodiscard]] bool isKept(const std::string &url, const AnswerMarks &answer);

    /// Proxies that collapse requests within a second or two are no trouble.
    static constexpr Nanoseconds kTolerated = 5s;
    /// So many addresses are remembered.
    static constexpr std::size_t kMostAddresses = 20'000;

private:
    struct Seen {
        UtcTime date;
        MonoTime firstAt;
        /// When an answer with it was first spoken, as it says, that came much later.
        std::optional<MonoTime> againAt = {};
    };
    struct Last {
        std::string url;
        UtcTime date;
        MonoTime at;
    };
    [[nodiscard]] bool repeats(const std::string &url, const AnswerMarks &answer);

    std::unordered_map<std::string, Seen> m_seen;
    /// The latest `Date` of the last while, and the last answer that had it.
    std::optional<Last> m_latest;
};

} // namespace heartline::registry
