// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/heartbeat_client.h"
#include "support/node_driver.h"

#include <QObject>
#include <QTimer>
#include <memory>
#include <vector>

namespace heartline::test {

/// Many agents of one developer, each with a real heartbeat connection to one registry; they start
/// spread over a period. Thread: the one it was made in, which must run an event loop.
class AgentSwarm : public QObject {
    Q_OBJECT
public:
    /// Registers `count` agents, from `first` on; blocks. What `environment` names must outlive the
    /// swarm.
    AgentSwarm(NodeDriver registry, std::uint32_t first, std::uint32_t count, Nanoseconds period,
               const Environment &environment);

    /// All, spread over a period.
    void start();
    void start(std::uint32_t index) { m_agents[index]->start(); }
    /// Without a word, as if killed.
    void stop(std::uint32_t index) { m_agents[index]->stop(); }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(m_ids.size()); }
    [[nodiscard]] const std::string &id(std::uint32_t index) const { return m_ids[index]; }
    /// Beats sent by each of them, at least.
    [[nodiscard]] int leastBeats() const;
    /// When this one last handed a beat to its connection.
    [[nodiscard]] std::optional<UtcTime> lastBeat(std::uint32_t index) const {
        return m_agents[index]->lastSent();
    }

private:
    std::vector<std::string> m_ids;
    std::vector<std::unique_ptr<agent::HeartbeatClient>> m_agents;
    std::vector<int> m_beats;
    QTimer m_startTimer;
    std::uint32_t m_started = 0;
};

} // namespace heartline::test
