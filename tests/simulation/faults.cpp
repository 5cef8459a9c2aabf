// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/faults.h"

#include <array>

namespace heartline::simulation {

namespace {
constexpr std::array<std::string_view, static_cast<std::size_t>(Fault::Count)> kNames{
    "die",        "together",   "long-dead",  "flap",        "twins",      "agent-clock",
    "never-beat", "deregister", "elsewhere",  "join",        "restart",    "freeze",
    "hiccups",    "in-turn",    "database",   "drop",        "slow",       "rate-limit",
    "5xx",        "garbage",    "no-records", "cached",      "kept",       "forged",
    "other",      "wiped",      "lost-reads", "cut",         "blackhole",  "half-open",
    "delay",      "strip",      "sleep",      "shared-line", "clock-step", "clock-drift",
    "wrong-date", "own-clock",  "metered",    "unexplained", "ill-record", "mislabelled",
    "lost",       "lasting",    "quit",       "moment"};
} // namespace

std::string_view faultName(Fault fault) {
    return kNames.at(static_cast<std::size_t>(fault));
}

Result<FaultSet> parseFaults(std::string_view list) {
    FaultSet set;
    if (list == "all")
        return set.set();
    if (list == "none")
        return set;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        const std::string_view name = list.substr(0, comma);
        list.remove_prefix(std::min(comma + 1, list.size()));
        std::size_t index = 0;
        while (index < kNames.size() && kNames.at(index) != name)
            ++index;
        if (index == kNames.size()) {
            std::string known;
            for (const std::string_view one : kNames)
                known.append(known.empty() ? "" : ", ").append(one);
            return fail(ErrorKind::InvalidInput, "no fault is called \"" + std::string(name) +
                                                     "\"; known are all, none, " + known);
        }
        set.set(index);
    }
    return set;
}

} // namespace heartline::simulation
