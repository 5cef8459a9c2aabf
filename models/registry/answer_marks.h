// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/http_exchange.h"

#include <optional>

namespace heartline::registry {

/// What an answer's headers say of the time of which it speaks.
struct AnswerMarks {
    /// `Date`: the server's clock, cut to whole seconds, when it wrote the answer.
    std::optional<UtcTime> date;
    /// `Age` (RFC 9111, 5.1): a cache kept the answer for so long.
    std::optional<Nanoseconds> age;
    /// A cache says that the answer is one of its own (`X-Cache: HIT` and the like).
    bool cacheHit = false;
    /// When it was asked for; where a cache kept it, so long before as it says.
    MonoTime spokenAt;
    MonoTime receivedAt;

    [[nodiscard]] static AnswerMarks of(const HttpReply &reply);
};

} // namespace heartline::registry
