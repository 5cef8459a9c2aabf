// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/rfc3339.h"
#include "liveness/core.h"

#include <algorithm>
#include <set>

namespace heartline::test {

using namespace liveness;
namespace event = liveness::event;
namespace effect = liveness::effect;

inline const UtcTime kEpoch = *parseRfc3339("2026-11-24T10:00:00Z");
inline constexpr const char *kId = "zns:2b175b3b733d1b08991c092172fc4c09";

/// The core with one registry whose clock is ours, on virtual time.
struct CoreBench {
    MonoTime now{1000s};
    Core core{Thresholds{}, now};
    RegistryIndex registry = core.addRegistry(now);
    std::vector<Effect> effects;

    [[nodiscard]] UtcTime utc(MonoTime at) const { return kEpoch + (at - MonoTime(1000s)); }
    void feed(const Event &e) { core.handle(e, now, effects); }
    /// A beat as an earlier run of the program knew it.
    [[nodiscard]] BeatFact remembered(UtcTime stamp) const {
        const MonoTime at = std::min(MonoTime(1000s) + (stamp - kEpoch), now);
        return {stamp, BeatSource::Record, at, std::min(at + 1s, now), now, ClockRank::Firm};
    }
    void connect(bool explained = true) {
        syncClock();
        feed(event::LinkChanged{registry, LinkState::Connected, now});
        if (!explained)
            return;
        feed(event::ListRead{registry, true, false, now});
        feed(event::OutageExplained{registry, std::chrono::hours(5), {}, now});
    }
    void syncClock() {
        // Dates at many phases of the second narrow the bounds, as a day's answers do.
        for (int i = 99; i >= 0; --i) {
            const UtcTime at = utc(now) - std::chrono::milliseconds(10 * i);
            core.clock(registry).observeDate(std::chrono::floor<std::chrono::seconds>(at),
                                             now - std::chrono::milliseconds(10 * i),
                                             now - std::chrono::milliseconds(10 * i));
        }
    }
    void read(protocol::EntityStatus status, UtcTime lastBeat, UtcTime registered,
              const std::string &id = kId) {
        feed(event::RecordRead{registry, id, {status, registered, lastBeat, false, false}, now});
    }
    void beat(const std::string &id = kId) { feed(event::BeatHeard{registry, id, utc(now)}); }
    /// Time passes in ticks; reads that the core asks for are answered by `answer`.
    template <typename Answer>
    void pass(Nanoseconds duration, Answer answer) {
        const MonoTime end = now + duration;
        while (now < end) {
            now = std::min(now + 250ms, end);
            feed(event::Tick{});
            for (std::size_t i = 0; i < effects.size(); ++i)
                if (const auto *read = std::get_if<effect::ReadRecord>(&effects[i]);
                    read && !answered.contains(i)) {
                    answered.insert(i);
                    answer(*read);
                } else if (std::get_if<effect::ReadList>(&effects[i]) && !answered.contains(i)) {
                    answered.insert(i);
                    if (lists != Lists::Lost)
                        feed(event::ListRead{registry, lists == Lists::Good, false, now});
                }
        }
    }
    std::set<std::size_t> answered;
    /// What comes of lists that the core asks for while time passes.
    enum class Lists { Good, Failed, Lost } lists = Lists::Good;
    template <typename Kind>
    [[nodiscard]] int count() const {
        return static_cast<int>(std::count_if(effects.begin(), effects.end(), [](const Effect &e) {
            return std::holds_alternative<Kind>(e);
        }));
    }
    /// The last effect of its kind; one of defaults where there was none.
    template <typename Kind>
    [[nodiscard]] Kind last() const {
        for (auto it = effects.rbegin(); it != effects.rend(); ++it)
            if (const auto *found = std::get_if<Kind>(&*it))
                return *found;
        return {};
    }
    [[nodiscard]] AgentState state() const { return core.watch(0).judgement.state; }
    [[nodiscard]] double age() const { return toSeconds(core.watch(0).judgement.age->least); }
};

} // namespace heartline::test
