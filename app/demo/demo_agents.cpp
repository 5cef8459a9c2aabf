// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo/demo_agents.h"

#include "base/logging.h"

#include <QRandomGenerator>
#include <QTimer>
#include <array>

namespace heartline::demo {

namespace {

struct Cast {
    const char *name;
    const char *summary;
    const char *tag;
    /// At the network's own pace; 0 means it never stops.
    int beatingSeconds;
    int silentSeconds;
};

constexpr std::array<Cast, 6> kCast{{
    {"invoice-extractor", "Reads invoices into structured records", "finance", 60, 230},
    {"price-watch", "Tells when a price moves", "finance", 0, 0},
    {"calendar-bot", "Finds a time for everybody", "office", 45, 65},
    {"geo-coder", "Turns addresses into coordinates", "maps", 0, 0},
    {"translator-de", "Translates between German and English", "language", 0, 0},
    {"pdf-render", "Renders pages as pictures", "office", 0, 0},
}};

std::chrono::milliseconds toMs(Nanoseconds d) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(d);
}

} // namespace

DemoAgents::DemoAgents(const std::string &registry, const identity::SecretKey &developer, int pace,
                       const Clock &clock)
    : m_transport(clock) {
    const Environment environment{clock, m_scheduler, m_transport,
                                  QRandomGenerator::global()->generate64()};
    std::uint32_t index = 0;
    for (const Cast &part : kCast) {
        agent::AgentOptions options;
        options.registry = registry;
        options.description.name = part.name;
        options.description.summary = part.summary;
        options.description.category = "demo";
        options.description.tags = {part.tag};
        options.entityIndex = index;
        options.developerName = "Demo";
        options.period = Nanoseconds(30s) / pace;
        options.backoffUnit = Nanoseconds(1s) / pace;
        options.log = [name = part.name](const std::string &line) {
            qCDebug(lcAgent, "%s: %s", name, line.c_str());
        };
        auto made = agent::Agent::create(options, developer.deriveAgentKey(index),
                                         developer.clone(), environment);
        ++index;
        if (!made) {
            qCWarning(lcAgent, "demo: %s", made.error().message.c_str());
            continue;
        }
        agent::Agent *agent = made->get();
        m_agents.push_back(std::move(*made));
        agent->start();
        if (part.silentSeconds > 0)
            follow(agent, {Nanoseconds(std::chrono::seconds(part.beatingSeconds)) / pace,
                           Nanoseconds(std::chrono::seconds(part.silentSeconds)) / pace});
    }
}

DemoAgents::~DemoAgents() = default;

void DemoAgents::follow(agent::Agent *agent, Rhythm rhythm) {
    auto *timer = new QTimer(this);
    timer->setSingleShot(true);
    connect(timer, &QTimer::timeout, this, [agent, timer, rhythm] {
        // start() beats only once the registry has answered: remember what is wanted, not what is.
        const bool silence = agent->isBeating();
        if (silence)
            agent->stop();
        else
            agent->start();
        timer->start(toMs(silence ? rhythm.silent : rhythm.beating));
    });
    timer->start(toMs(rhythm.beating));
    m_rhythms[agent] = {timer, rhythm};
}

bool DemoAgents::restart(const std::string &entityId) {
    for (const auto &agent : m_agents) {
        if (agent->entityId() != entityId)
            continue;
        agent->stop();
        agent->start();
        // Its next silence is some turns away, so that the button's effect lasts.
        if (const auto it = m_rhythms.find(agent.get()); it != m_rhythms.end())
            it->second.timer->start(toMs(it->second.rhythm.beating * 3));
        return true;
    }
    return false;
}

} // namespace heartline::demo
