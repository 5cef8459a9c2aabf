// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "alerts/alert_book.h"
#include "liveness/thresholds.h"

namespace heartline::alerts {

/// A notice as a title and a body for people. Names are plain text, at most five of them; the rest
/// is counted. `registryNow` is the time that ages are told for.
struct NotificationText {
    std::string title;
    std::string body;
    bool critical = false;
};
[[nodiscard]] NotificationText
notificationText(const Notice &notice, const liveness::Thresholds &thresholds, UtcTime now);

/// `m:ss` below an hour, then `3 h 12 min`, then `2 d 4 h`.
[[nodiscard]] std::string ageText(Nanoseconds age);

} // namespace heartline::alerts
