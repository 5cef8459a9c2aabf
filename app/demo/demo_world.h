// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/mailbox.h"
#include "base/system_clock.h"
#include "fleet/fleet_options.h"
#include "identity/secret_key.h"
#include "node/node.h"

#include <QThread>
#include <set>

namespace heartline::demo {

class DemoAgents;

/// A registry node and six agents in this process, over real loopback sockets, on a clock ten times
/// as fast. The agents have a thread of their own. Destruction ends all of it.
class DemoWorld {
public:
    static constexpr int kPace = 10;

    [[nodiscard]] static Result<std::unique_ptr<DemoWorld>> start();
    ~DemoWorld();
    DemoWorld(const DemoWorld &) = delete;
    DemoWorld &operator=(const DemoWorld &) = delete;

    /// Options for a fleet that watches it, Reconnect included. They must not outlive the world.
    [[nodiscard]] fleet::FleetOptions fleetOptions() const;

private:
    DemoWorld();
    SystemClock m_clock;
    identity::SecretKey m_developer;
    std::unique_ptr<node::Node> m_node;
    std::set<std::string> m_ids;
    QThread m_thread;
    /// Both live in m_thread.
    Mailbox *m_mailbox = nullptr;
    std::shared_ptr<DemoAgents> m_agents;
    Mailbox::Sender m_post;
};

} // namespace heartline::demo
