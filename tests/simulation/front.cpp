// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/front.h"

#include <algorithm>

namespace heartline::simulation {

Front::Front(EventQueue &queue, Random &random, World &world, int registry)
    : m_queue(queue), m_random(random), m_world(world), m_registry(registry) {}

Nanoseconds Front::latency() {
    return m_random.seconds(toSeconds(weather.latencyLow), toSeconds(weather.latencyHigh));
}

bool Front::reaches() const {
    return weather.passes() && m_world.registries()[m_registry].answers();
}

bool Front::isOverLimit() {
    const Nanoseconds since = m_queue.now() - std::exchange(m_allowanceAt, m_queue.now());
    m_allowance =
        std::min(weather.perMinute / 2, m_allowance + weather.perMinute * toSeconds(since) / 60);
    if (weather.perMinute == 0)
        return false;
    if (m_allowance < 1)
        return true;
    --m_allowance;
    return false;
}

std::optional<UtcTime> Front::date() {
    if (weather.frontClocks.empty())
        return std::nullopt;
    const Nanoseconds off =
        weather.frontClocks[m_random.index(static_cast<int>(weather.frontClocks.size()))];
    const UtcTime right = m_world.utc(m_registry, m_world.now());
    // A date that stands still while others go on is a cache's.
    if (weather.rarelyOff != 0s && !weather.frontStandsAt && m_random.chance(0.1))
        return UtcTime(std::chrono::floor<std::chrono::seconds>(right + weather.rarelyOff));
    return UtcTime(
        std::chrono::floor<std::chrono::seconds>(weather.frontStandsAt.value_or(right) + off));
}

Front::Copies Front::copies() const {
    Copies copies;
    for (int i = 0; i < static_cast<int>(m_world.agents().size()); ++i)
        copies.push_back(m_world.record(i));
    return copies;
}

void Front::fillCache() {
    m_cache = m_listCache = copies();
    // Lists came into it at another time.
    m_queue.in(m_random.seconds(0, 60), [this] { m_listCache = copies(); });
    ++m_replica;
    m_expiry.reset();
    const double kind = m_random.unit();
    m_lags = kind < 0.4;
    if (m_lags)
        m_queue.in(1s, [this, replica = m_replica, lag = m_random.seconds(60, 600)] {
            replicate(replica, lag);
        });
    else if (kind < 0.7)
        m_expiry.emplace(
            Expiry{m_random.chance(0.5) ? m_random.seconds(30, 180) : m_random.seconds(180, 900),
                   std::vector<Nanoseconds>(m_cache.size(), -1000s)});
}

void Front::expire(int agent, bool listed) {
    const Nanoseconds now = m_queue.now();
    Nanoseconds &taken = listed ? m_expiry->listTakenAt : m_expiry->takenAt[agent];
    if (now - taken < m_expiry->after)
        return;
    taken = now;
    if (listed)
        m_listCache = copies();
    else
        m_cache[agent] = m_world.record(agent);
}

void Front::replicate(std::uint64_t replica, Nanoseconds lag) {
    if (!weather.cached || m_replica != replica)
        return;
    m_queue.in(lag, [this, replica, late = copies()] {
        if (m_replica == replica)
            m_cache = m_listCache = late;
    });
    m_queue.in(20s, [this, replica, lag] { replicate(replica, lag); });
}

std::optional<liveness::RecordFacts> Front::served(int agent, bool listed, bool streamTells) {
    if (weather.cached && m_expiry)
        expire(agent, listed);
    auto record = m_world.record(agent);
    if (weather.cached && streamTells) {
        // A list is of one moment; of who is new a cache takes a copy as it is first asked.
        auto &kept = (listed ? m_listCache : m_cache)[static_cast<std::size_t>(agent)];
        if (!kept && !listed && !m_lags)
            kept = record;
        record = kept;
    }
    if (record && agent == weather.mislabelled && m_random.chance(0.5))
        record->tombstoned = true;
    return record;
}

} // namespace heartline::simulation
