// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "http/rest_client.h"
#include "protocol/registry_info.h"

namespace heartline::registry {

/// Asks which registry answers at an address, beside everything else that is asked: behind one
/// address another may take the place of the one that the stream was opened to, which stays open.
/// What failed, or is no answer, says nothing here. Thread: its client's.
class IdentityCheck {
public:
    using Tell = std::function<void(const protocol::RegistryInfo &info)>;

    /// `rest` and `clock` must outlive it.
    IdentityCheck(http::RestClient &rest, const Clock &clock, std::string registry, Tell tell);

    /// Who answers was read otherwise, just now.
    void known() { m_askedAt = m_clock.mono(); }
    /// Asks, unless it was asked a short time ago.
    void want();
    /// Asks where it was not asked for long.
    void wantNowAndThen();
    /// Runs at once, or as soon as the answer that is under way came or failed, after it was told.
    void afterwards(std::function<void()> then);

    /// Who answered is believed to answer for so long; and it is asked for so often at least.
    static constexpr Nanoseconds kHolds = std::chrono::seconds(30);
    static constexpr Nanoseconds kNowAndThen = std::chrono::minutes(5);
    static constexpr auto kTimeout = std::chrono::seconds(3);

private:
    [[nodiscard]] bool isOlderThan(Nanoseconds age) const;
    void ask();

    http::RestClient &m_rest;
    const Clock &m_clock;
    const std::string m_url;
    const Tell m_tell;
    std::optional<MonoTime> m_askedAt;
    bool m_out = false;
    std::vector<std::function<void()>> m_waiting;
};

} // namespace heartline::registry
