// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/listener.h"
#include "protocol/json.h"
#include "support/small_network.h"

#include <atomic>
#include <mutex>
#include <set>
#include <vector>

namespace heartline::test {

/// A registry over real sockets whose agents beat by themselves, and which can be ill in the ways
/// that registries and the proxies in front of them are. Its agents are those of the network's
/// developer, from index 0 on. Thread: any.
class IllRegistry final : public http::Service {
public:
    enum class Illness {
        None,
        DatabaseAway,   ///< beats are lost, records and lists answer 500, the stream stays
        ListFails,      ///< lists answer 500, records are fine
        RecordsFail,    ///< single records answer 500, lists are fine
        RecordsLimited, ///< single records answer 429, lists are fine
        ProxySays404,   ///< everything but the stream is answered 404 in HTML
    };

    /// Without proofs its records only claim to be the developer's.
    IllRegistry(const SmallNetwork &network, int agents, bool proved = true);
    ~IllRegistry() override;

    void set(Illness illness) { m_illness = illness; }
    void stop(int agent);
    void start(int agent);
    /// It was registered, and has never been started.
    void neverBeats(int agent);
    /// Publishes a beat of this stamp; the record stays.
    void publishBeat(int agent, UtcTime stamp);
    void refuseStreams(bool refuse) { m_refusesStreams = refuse; }

    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string entityId(int agent) const;
    /// Streams that were ever opened.
    [[nodiscard]] int streamsOpened() const { return m_streamsOpened; }

private:
    struct Agent {
        std::string id;
        std::string publicKey;
        protocol::Json proof;
        UtcTime lastBeat;
        bool running = true;
    };
    class Stream;
    http::Response handle(const http::Request &request) override;
    Upgrade upgrade(const http::Request &request) override;
    http::Response refusal(int status, std::string_view reason) override;
    http::Response list(const std::string &name) const;
    [[nodiscard]] protocol::Json record(const Agent &agent) const;
    void beat(Agent &agent);
    void publish(const std::string &type, const std::string &id, UtcTime stamp);

    const SmallNetwork &m_network;
    const std::string m_developer;
    const UtcTime m_registeredAt;
    mutable std::mutex m_mutex;
    std::vector<Agent> m_agents;
    std::size_t m_turn = 0;
    std::set<http::WebSocket *> m_streams; // listener's thread
    std::atomic<Illness> m_illness = Illness::None;
    std::atomic<bool> m_refusesStreams = false;
    std::atomic<int> m_streamsOpened = 0;
    std::unique_ptr<http::Listener> m_listener;
};

} // namespace heartline::test
