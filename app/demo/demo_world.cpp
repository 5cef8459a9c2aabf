// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo/demo_world.h"

#include "demo/demo_agents.h"
#include "identity/entity_id.h"

namespace heartline::demo {

DemoWorld::DemoWorld() : m_developer(identity::SecretKey::generate()) {}

Result<std::unique_ptr<DemoWorld>> DemoWorld::start() {
    std::unique_ptr<DemoWorld> world(new DemoWorld);
    const auto thresholds = liveness::Thresholds().fasterBy(kPace);
    node::NodeOptions options;
    options.name = "demo";
    options.inactiveAfter = thresholds.inactive;
    options.sweepInterval = thresholds.sweep;
    auto node = node::Node::start(options, world->m_clock);
    if (!node)
        return tl::unexpected(node.error());
    world->m_node = std::move(*node);
    for (std::uint32_t i = 0; i < 6; ++i)
        world->m_ids.insert(identity::makeId(identity::IdKind::Agent,
                                             world->m_developer.deriveAgentKey(i).publicKey()));
    world->m_mailbox = new Mailbox;
    world->m_mailbox->moveToThread(&world->m_thread);
    world->m_post = world->m_mailbox->sender();
    world->m_thread.setObjectName(QStringLiteral("demo agents"));
    world->m_thread.start();
    world->m_post([w = world.get()] {
        w->m_agents =
            std::make_shared<DemoAgents>(w->m_node->url(), w->m_developer, kPace, w->m_clock);
    });
    return world;
}

DemoWorld::~DemoWorld() {
    if (m_thread.isRunning()) {
        m_post([this] {
            m_agents.reset();
            delete m_mailbox;
            m_thread.quit();
        });
        m_thread.wait();
    }
}

fleet::FleetOptions DemoWorld::fleetOptions() const {
    fleet::FleetOptions options;
    options.developerId = identity::makeId(identity::IdKind::Developer, m_developer.publicKey());
    options.registries = {m_node->url()};
    options.thresholds = liveness::Thresholds().fasterBy(kPace);
    options.probing = diagnosis::ProbePolicy::LoopbackOnly;
    options.label = "Demo, ten times as fast";
    options.runsHeartbeat = [this](const std::string &id) { return m_ids.contains(id); };
    options.restartHeartbeat = [this](const std::string &id) {
        if (!m_ids.contains(id))
            return false;
        m_post([this, id] {
            if (m_agents)
                m_agents->restart(id);
        });
        return true;
    };
    return options;
}

} // namespace heartline::demo
