// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agent.h"
#include "host/qt_scheduler.h"
#include "http/qt_transport.h"

#include <QObject>
#include <map>

QT_BEGIN_NAMESPACE
class QTimer;
QT_END_NAMESPACE

namespace heartline::demo {

/// The six agents of the demo, each a real client of the demo's registry: four healthy, one that
/// stops and comes back, one that flaps. Thread: the one it was made in.
class DemoAgents : public QObject {
    Q_OBJECT
public:
    /// `pace` divides every time: 10 is ten times as fast as the network.
    DemoAgents(const std::string &registry, const identity::SecretKey &developer, int pace,
               const Clock &clock);
    ~DemoAgents() override;

    /// Beats again at once; false for an id that is none of these.
    bool restart(const std::string &entityId);

private:
    /// Beats for a while and is silent for a while, again and again.
    struct Rhythm {
        Nanoseconds beating;
        Nanoseconds silent;
    };
    void follow(agent::Agent *agent, Rhythm rhythm);

    struct Follower {
        QTimer *timer = nullptr;
        Rhythm rhythm;
    };
    host::QtScheduler m_scheduler;
    http::QtTransport m_transport;
    std::vector<std::unique_ptr<agent::Agent>> m_agents;
    std::map<agent::Agent *, Follower> m_rhythms;
};

} // namespace heartline::demo
