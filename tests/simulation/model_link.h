// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/link.h"

#include <map>

namespace heartline::simulation {

/// What the dashboard's program would be for one registry: its sockets, timeouts and backoff, as
/// models/registry has them, over a modelled network.
class ModelLink : public Link {
public:
    struct Hooks {
        std::function<void(const liveness::Event &)> feed;
        std::function<void(const StreamEvent &)> heard;
        std::function<MonoTime()> mono;
        std::function<liveness::RegistryClock &()> clock;
    };
    ModelLink(EventQueue &queue, Random &random, World &world, int registry, Hooks hooks);

    void start() override;
    void sleep() override;
    void quit() override { sleep(); }
    void dialAnew() override;
    void readRecord(int agent, bool urgent) override;
    void readList(bool paging, Nanoseconds rest) override;
    void explainOutage() override;
    void loseStreamSilently() override { m_streamDead = true; }
    void cutNow() override;
    void replacedNow() override;
    [[nodiscard]] liveness::LinkState state() const override { return m_state; }

private:
    enum class Trouble {
        Refused,
        Silent,
        Unreachable,
        ServerError,
        RateLimit,
        Garbage,
        Kept,
        Cancelled
    };
    using Deliver = std::function<void()>;
    /// `serve` runs at the registry when the request arrives; what it returns runs at the
    /// dashboard.
    /// What needs no record is answered while the registry's database is away.
    enum class Needs { Records, List, OneRecord, Explanation, Nothing };
    void ask(Needs needs, Nanoseconds timeout, std::function<Deliver(MonoTime sentAt)> serve,
             std::function<void(Trouble)> failed);
    void finish(std::uint64_t id, const Deliver &deliver);
    void fail(std::uint64_t id, Trouble trouble);
    void reset();
    void probe();
    void openStream();
    void streamLost();
    void scheduleStream();
    void probeFailed(Trouble trouble);
    void blind(liveness::LinkState state, Nanoseconds rest = 0s);
    void setState(liveness::LinkState state);
    void ping(std::uint64_t stream);
    void publish(const StreamEvent &event);
    void readFailed(int agent, Trouble trouble);
    struct Paging {
        std::uint64_t list;
        MonoTime sentAt;
        Nanoseconds rest;
    };
    void readPage(const Paging &paging, std::size_t page);
    void nextPage(const Paging &paging, std::size_t page, Nanoseconds rest = 0s);
    /// Feeds up to `most` records of the registry's own order.
    void askList(std::uint64_t list, std::size_t from, std::size_t most,
                 std::function<void(MonoTime sentAt, std::size_t count)> took,
                 std::function<Nanoseconds(Nanoseconds rest)> limited = {});
    void finishList(const liveness::event::ListRead &outcome);
    [[nodiscard]] liveness::RegistryIndex index() const {
        return static_cast<liveness::RegistryIndex>(m_registry);
    }
    [[nodiscard]] bool isWiped() const { return m_world.registries()[m_registry].wiped; }
    [[nodiscard]] bool tellsOfBeats() const override {
        return m_stream != 0 && !m_streamDead && weather.dropEvents == 0;
    }
    [[nodiscard]] MonoTime lastContact() const { return std::max(m_lastAnswer, m_streamContact); }
    static liveness::LinkState stateOf(Trouble trouble);
    static Trouble instead(Registry::Instead instead);

    Random &m_random;
    World &m_world;
    const Hooks m_hooks;
    liveness::LinkState m_state = liveness::LinkState::Connecting;
    std::map<std::uint64_t, std::function<void(Trouble)>> m_outstanding;
    std::uint64_t m_lastId = 0;
    std::uint64_t m_life = 0;   // grows with every reset
    std::uint64_t m_stream = 0; // 0: no stream; otherwise its number
    std::uint64_t m_list = 0;   // the list under way, or the next
    bool m_listRuns = false;
    std::size_t m_unread = 0; // entries of it
    int m_limitsInRow = 0;
    bool m_streamDead = false;
    MonoTime m_lastAnswer;
    Nanoseconds m_roundTrip{};
    Nanoseconds m_givenUpAfter{}; ///< since the last answer
    MonoTime m_streamContact;
    Nanoseconds m_lastDelivery{};
    std::optional<Nanoseconds> m_failingSince;
    std::minstd_rand m_pace;
    int m_streamTries = 0;
};

} // namespace heartline::simulation
