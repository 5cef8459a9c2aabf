// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "http/request.h"

#include <string>
#include <unordered_map>

namespace heartline::node {

/// Who asks, as budgets count them: an address, an IPv6 network of 64 bits, or, where a proxy on
/// this machine says for whom it asks, that. Empty for programs on this machine, which have no
/// budget: they can do worse.
[[nodiscard]] std::string askerOf(const http::Request &request);

/// How many requests of a kind each asker may make in a minute, counted as deployed registries do:
/// a minute begins with the first one. Bounded. Listener's thread only.
class AddressBudget {
public:
    /// 0: any number.
    explicit AddressBudget(int perMinute) : m_perMinute(perMinute) {}
    [[nodiscard]] bool allows(const std::string &asker, MonoTime now);

private:
    struct Minute {
        MonoTime since;
        int left = 0;
    };
    static constexpr std::size_t kMostAskers = 100'000;

    const int m_perMinute;
    std::unordered_map<std::string, Minute> m_minutes;
    MonoTime m_purgedAt;
};

} // namespace heartline::node
