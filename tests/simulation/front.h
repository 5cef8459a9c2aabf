// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/weather.h"
#include "simulation/world.h"

#include <map>

namespace heartline::simulation {

/// What stands in front of a registry and answers in its place: caches, replicas, limits, clocks
/// that are not the registry's.
class Front {
public:
    Front(EventQueue &queue, Random &random, World &world, int registry);

    Weather weather;

    [[nodiscard]] Nanoseconds latency();
    /// Our line, and the registry itself.
    [[nodiscard]] bool reaches() const;
    /// What a cache gives out from now on.
    void fillCache();
    /// It gives out what is older than any of its copies may be.
    [[nodiscard]] bool expires() const { return m_expiry.has_value(); }
    /// The agent's record as it comes. `listed`: in a list, of which a cache may have another copy
    /// than of the record. `streamTells`: there is a stream that could tell of beats; where there
    /// is none, nothing is old.
    [[nodiscard]] std::optional<liveness::RecordFacts> served(int agent, bool listed,
                                                              bool streamTells);
    /// What an answer that is given now is dated with.
    [[nodiscard]] std::optional<UtcTime> date();
    /// Of what is allowed in a minute nothing is left; otherwise it is one less.
    [[nodiscard]] bool isOverLimit();

private:
    using Copies = std::vector<std::optional<liveness::RecordFacts>>;
    [[nodiscard]] Copies copies() const;
    void expire(int agent, bool listed);
    /// It is no cache but a replica, which goes on, and lags by so much.
    void replicate(std::uint64_t replica, Nanoseconds lag);

    EventQueue &m_queue;
    Random &m_random;
    World &m_world;
    const int m_registry;
    double m_allowance = 0;
    Nanoseconds m_allowanceAt{};
    Copies m_cache;
    Copies m_listCache;
    /// A cache that asks for each record, and for the list, anew when its copy is that old.
    struct Expiry {
        Nanoseconds after;
        std::vector<Nanoseconds> takenAt;
        Nanoseconds listTakenAt = -1000s;
    };
    std::optional<Expiry> m_expiry;
    std::uint64_t m_replica = 0; // the last one's number
    bool m_lags = false;
};

} // namespace heartline::simulation
