// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ill_registry.h"

#include "base/rfc3339.h"
#include "identity/developer_proof.h"

#include <algorithm>

namespace heartline::test {

using protocol::Json;

class IllRegistry::Stream final : public http::WebSocketHandler {
public:
    explicit Stream(IllRegistry &registry) : m_registry(registry) {}
    void opened(http::WebSocket &socket) override {
        m_socket = &socket;
        m_registry.m_streams.insert(m_socket);
        ++m_registry.m_streamsOpened;
        socket.send(R"({"type":"connected","timestamp":"2026-11-24T08:59:11Z","data":{}})");
    }
    void received(std::string_view) override {}
    void closed() override { m_registry.m_streams.erase(m_socket); }

private:
    IllRegistry &m_registry;
    http::WebSocket *m_socket = nullptr;
};

IllRegistry::IllRegistry(const SmallNetwork &network, int agents, bool proved)
    : m_network(network),
      m_developer(identity::makeId(identity::IdKind::Developer, network.developer.publicKey())),
      m_registeredAt(network.clock.utc() - std::chrono::hours(1)) {
    for (int i = 0; i < agents; ++i) {
        const auto index = static_cast<std::uint32_t>(i);
        const auto key = network.developer.deriveAgentKey(index).publicKey();
        const auto proof = identity::DeveloperProof::make(network.developer, key, index);
        m_agents.push_back(
            {identity::makeId(identity::IdKind::Agent, key), key.text(),
             proved ? Json{{"developer_public_key", network.developer.publicKey().text()},
                           {"entity_index", index},
                           {"developer_signature", proof.developerSignature.text()}}
                    : Json(),
             network.clock.utc()});
    }
    m_listener = std::move(*http::Listener::start({}, *this));
    // Each in its turn, so that beats come evenly.
    m_listener->every(network.thresholds.period / std::max(agents, 1), [this] {
        const std::lock_guard lock(m_mutex);
        if (!m_agents.empty())
            beat(m_agents[m_turn++ % m_agents.size()]);
    });
}

IllRegistry::~IllRegistry() {
    m_listener->stop();
}

std::string IllRegistry::url() const {
    return "http://127.0.0.1:" + std::to_string(m_listener->port());
}

std::string IllRegistry::entityId(int agent) const {
    return m_agents[static_cast<std::size_t>(agent)].id;
}

void IllRegistry::stop(int agent) {
    const std::lock_guard lock(m_mutex);
    m_agents[static_cast<std::size_t>(agent)].running = false;
}

void IllRegistry::start(int agent) {
    const std::lock_guard lock(m_mutex);
    m_agents[static_cast<std::size_t>(agent)].running = true;
}

void IllRegistry::neverBeats(int agent) {
    const std::lock_guard lock(m_mutex);
    m_agents[static_cast<std::size_t>(agent)].running = false;
    m_agents[static_cast<std::size_t>(agent)].lastBeat = m_registeredAt;
}

void IllRegistry::beat(Agent &agent) {
    if (!agent.running || m_illness == Illness::DatabaseAway)
        return;
    agent.lastBeat = m_network.clock.utc();
    publish("entity_heartbeat", agent.id, agent.lastBeat);
}

void IllRegistry::publishBeat(int agent, UtcTime stamp) {
    m_listener->post([this, agent, stamp] { publish("entity_heartbeat", entityId(agent), stamp); });
}

void IllRegistry::publish(const std::string &type, const std::string &id, UtcTime stamp) {
    const std::string text = Json{{"type", type},
                                  {"timestamp", formatRfc3339Nanos(stamp)},
                                  {"data", {{"entity_id", id}, {"status", "active"}}}}
                                 .dump() +
                             "\n";
    for (http::WebSocket *stream : m_streams)
        stream->send(text);
}

Json IllRegistry::record(const Agent &agent) const {
    const bool active = m_network.clock.utc() - agent.lastBeat < m_network.thresholds.inactive;
    return {{"entity_id", agent.id},
            {"name", "agent " + agent.id.substr(4, 6)},
            {"public_key", agent.publicKey},
            {"home_registry", "zns:registry:ill"}, // some name themselves
            {"developer_id", m_developer},
            {"developer_proof", agent.proof},
            {"registered_at", formatRfc3339(m_registeredAt)},
            {"last_heartbeat", formatRfc3339(agent.lastBeat)},
            {"status", active ? "active" : "inactive"},
            {"entity_type", "agent"}};
}

http::Response IllRegistry::list(const std::string &name) const {
    Json records = Json::array();
    for (const Agent &agent : m_agents)
        records.push_back(record(agent));
    const std::size_t count = records.size();
    return {200, Json{{name, std::move(records)}, {"count", count}}.dump() + "\n",
            "application/json"};
}

http::Response IllRegistry::handle(const http::Request &request) {
    const std::lock_guard lock(m_mutex);
    if (m_illness == Illness::ProxySays404)
        return {404, "<html><body>nothing here</body></html>", "text/html"};
    if (request.matches({"v1", "info"}))
        return {200, R"({"registry_id":"zns:registry:ill","name":"ill"})", "application/json"};
    if (request.matches({"v1", "network", "status"}))
        return {200, R"({"registry_id":"zns:registry:ill","name":"ill","uptime":"5h0m0s"})",
                "application/json"};
    const bool isList = request.matches({"v1", "entities"}) ||
                        request.matches({"v1", "developers", "*", "entities"});
    if (m_illness == Illness::DatabaseAway || (isList && m_illness == Illness::ListFails))
        return refusal(500, "failed to query");
    if (isList)
        return list(request.segments.size() == 2 ? "entities" : "agents");
    if (m_illness == Illness::RecordsFail)
        return refusal(500, "failed to query");
    if (m_illness == Illness::RecordsLimited)
        return refusal(429, "rate limit exceeded");
    if (request.matches({"v1", "entities", "*"}))
        for (const Agent &agent : m_agents)
            if (agent.id == request.segments[2])
                return {200, record(agent).dump() + "\n", "application/json"};
    return refusal(404, "agent not found");
}

http::Service::Upgrade IllRegistry::upgrade(const http::Request &) {
    if (m_refusesStreams)
        return refusal(400, "no upgrade here");
    return std::make_unique<Stream>(*this);
}

http::Response IllRegistry::refusal(int status, std::string_view reason) {
    return {status, Json{{"error", std::string(reason)}}.dump() + "\n", "application/json"};
}

} // namespace heartline::test
