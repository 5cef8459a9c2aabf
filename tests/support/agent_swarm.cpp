// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/agent_swarm.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace heartline::test {

AgentSwarm::AgentSwarm(NodeDriver registry, std::uint32_t first, std::uint32_t count,
                       Nanoseconds period, const Environment &environment)
    : m_beats(count) {
    std::ignore = registry.registerDeveloper(); // may be there already
    for (std::uint32_t i = 0; i < count; ++i) {
        if (const int status =
                registry.registerAgent(first + i, "agent " + std::to_string(first + i));
            status != 201 && status != 409) {
            std::fprintf(stderr, "the registry did not take agent %u: %d\n", i, status);
            std::abort();
        }
        agent::HeartbeatClient::Options options;
        options.registry = "http://127.0.0.1:" + std::to_string(registry.port);
        options.entityId = registry.agentId(first + i);
        options.period = period;
        options.backoffUnit = period / 30;
        m_ids.push_back(options.entityId);
        agent::HeartbeatClient::Hooks hooks;
        hooks.sent = [this, i] { ++m_beats[i]; };
        m_agents.push_back(std::make_unique<agent::HeartbeatClient>(
            options, registry.agentKey(first + i), environment, std::move(hooks)));
    }
    m_startTimer.setInterval(std::chrono::duration_cast<std::chrono::milliseconds>(
        std::max<Nanoseconds>(period / std::max(count, 1U), 1ms)));
    connect(&m_startTimer, &QTimer::timeout, this, [this] {
        m_agents[m_started]->start();
        if (++m_started == m_agents.size())
            m_startTimer.stop();
    });
}

void AgentSwarm::start() {
    m_started = 0;
    m_startTimer.start();
}

int AgentSwarm::leastBeats() const {
    return *std::min_element(m_beats.begin(), m_beats.end());
}

} // namespace heartline::test
