// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/environment.h"
#include "protocol/registry_info.h"

#include <optional>
#include <vector>

namespace heartline::registry {

/// Asks which registry answers at an address, beside everything else that is asked: behind one
/// address another may take the place of the one that the stream was opened to, which stays open.
/// What failed, or is no answer, says nothing here. Thread: its environment's.
class IdentityCheck {
public:
    using Tell = std::function<void(const protocol::RegistryInfo &info)>;

    /// `asks` is told of each request.
    IdentityCheck(const Environment &environment, std::string registry, Tell tell,
                  std::function<void()> asks);

    /// Who answers was read otherwise, just now.
    void known() { m_askedAt = m_environment.clock.mono(); }
    /// Asks, unless it was asked a short time ago.
    void want() { wantAfter(kHolds); }
    /// Asks, unless it was asked within that time.
    void wantAfter(Nanoseconds holds);
    /// Asks where it was not asked for long.
    void wantNowAndThen() { wantAfter(kNowAndThen); }
    /// Runs at once, or as soon as the answer that is under way came or failed, after it was told.
    void afterwards(std::function<void()> then);

    /// Who answered is believed to answer for so long; and it is asked for so often at least.
    static constexpr Nanoseconds kHolds = std::chrono::seconds(30);
    static constexpr Nanoseconds kNowAndThen = std::chrono::minutes(5);
    static constexpr Nanoseconds kTimeout = std::chrono::seconds(3);

private:
    void ask();

    const Environment m_environment;
    const std::string m_url;
    const Tell m_tell;
    const std::function<void()> m_asks;
    std::optional<MonoTime> m_askedAt;
    bool m_out = false;
    std::vector<std::function<void()>> m_waiting;
};

} // namespace heartline::registry
