// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/core.h"
#include "simulation/world.h"

#include <array>
#include <map>

namespace heartline::simulation {

/// What is wrong between dashboard and registry just now.
struct Weather {
    bool cut = false;
    bool blackhole = false;
    bool strip = false;
    double dropEvents = 0; ///< share of events that are lost
    Nanoseconds latencyLow = 5ms;
    Nanoseconds latencyHigh = 60ms;
    /// Share of answers that are none, and what comes instead.
    double refusals = 0;
    enum class Refusal { ServerError, RateLimit, Garbage } refusal = Refusal::ServerError;
    /// The clocks of what answers in front of the registry: off by so much each, standing still
    /// since then, or not told at all.
    std::vector<Nanoseconds> frontClocks{Nanoseconds{}};
    std::optional<UtcTime> frontStandsAt;
    /// One answer in ten is dated by a clock that is off by so much.
    Nanoseconds rarelyOff{};
    /// Single records are refused, by errors or by 429; lists are not.
    bool noRecords = false;
    bool recordsLimited = false;
    /// When the first was refused by an error, which looks like a database that is away.
    std::optional<Nanoseconds> refusedAt{};
    /// Records and lists are those of the time when that began; only while there is a stream that
    /// could tell.
    bool cached = false;
    /// Every answer is one that a cache kept, and says so.
    bool kept = false;
    /// Another registry answers, which is known by its id; the link never was its.
    bool other = false;
    /// So many requests a minute are answered, half of them at once; the others get 429. 0: all.
    double perMinute = 0;
    /// How long it runs, and when others beat, is not told.
    bool unexplained = false;
    bool noLists = false;
    /// One whose record is refused, and cannot be read in lists; one that half of the answers call
    /// deregistered. -1: none.
    int ill = -1;
    int mislabelled = -1;
    /// Share of requests that end in nothing: no answer, no error, no time-out.
    double lostReads = 0;
    [[nodiscard]] bool passes() const { return !cut && !blackhole; }
};

/// What the dashboard's program would be for one registry: its sockets, timeouts and backoff, as
/// models/registry has them, over a modelled network.
class Link {
public:
    struct Hooks {
        std::function<void(const liveness::Event &)> feed;
        std::function<void(const StreamEvent &)> heard;
        std::function<MonoTime()> mono;
        std::function<liveness::RegistryClock &()> clock;
    };
    Link(EventQueue &queue, Random &random, World &world, int registry, Hooks hooks);

    void start();
    /// Every socket and timer is gone: the program sleeps or ended.
    void silence();
    void dialAnew();
    /// What a cache gives out from now on.
    void fillCache();
    /// What it gives out now is old, whatever is asked for.
    [[nodiscard]] bool givesOldRecords() const {
        return weather.cached && !m_expiry && tellsOfBeats();
    }

    void readRecord(int agent, bool urgent);
    void readList(bool paging, Nanoseconds rest);
    void explainOutage();

    Weather weather;
    /// Sight came; it had been missing since then.
    std::function<void(Nanoseconds blindFrom)> onSight;
    /// The stream's socket dies without a sign.
    void loseStreamSilently() { m_streamDead = true; }
    void cutNow();
    /// What answers from now on is another: nothing that was open goes on.
    void replacedNow();

    [[nodiscard]] liveness::LinkState state() const { return m_state; }
    /// The last good answer to a read.
    [[nodiscard]] Nanoseconds lastGoodRead() const { return m_lastGoodRead; }
    /// The first one since its sight came that told of agents.
    [[nodiscard]] std::optional<Nanoseconds> firstGoodRead() const { return m_firstGoodRead; }
    /// Something was asked for, and not answered or by an error that is no 429; of late.
    [[nodiscard]] bool refusedBetween(Nanoseconds from, Nanoseconds to) const;
    /// When the one that is ill was first asked for since it is so.
    [[nodiscard]] Nanoseconds firstIllRead() const { return m_firstIllRead; }

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
    /// What an answer that is given now is dated with.
    [[nodiscard]] std::optional<UtcTime> frontDate();
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
    void noteGoodRead();
    /// Such as tells of agents.
    void noteRecords();
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
    [[nodiscard]] Nanoseconds latency();
    [[nodiscard]] bool reaches() const;
    /// The agent's record as it comes.
    /// `listed`: in a list, of which a cache may have another copy than of the record.
    [[nodiscard]] std::optional<liveness::RecordFacts> served(int agent, bool listed);
    [[nodiscard]] bool tellsOfBeats() const {
        return m_stream != 0 && !m_streamDead && weather.dropEvents == 0;
    }
    [[nodiscard]] MonoTime lastContact() const { return std::max(m_lastAnswer, m_streamContact); }
    static liveness::LinkState stateOf(Trouble trouble);
    static Trouble instead(Registry::Instead instead);

    EventQueue &m_queue;
    Random &m_random;
    World &m_world;
    const int m_registry;
    const Hooks m_hooks;
    liveness::LinkState m_state = liveness::LinkState::Connecting;
    std::map<std::uint64_t, std::function<void(Trouble)>> m_outstanding;
    std::uint64_t m_lastId = 0;
    /// Of what is allowed in a minute: what is left, and when that was counted.
    [[nodiscard]] bool isOverLimit();
    double m_allowance = 0;
    Nanoseconds m_allowanceAt{};
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
    Nanoseconds m_lastGoodRead{-1s};
    std::optional<Nanoseconds> m_firstGoodRead;
    Nanoseconds m_firstIllRead{-1000s};
    std::array<Nanoseconds, 64> m_refusals{};
    std::size_t m_refused = 0;
    int m_illRead = -1;
    Nanoseconds m_blindFrom{};
    std::optional<Nanoseconds> m_failingSince;
    std::minstd_rand m_pace;
    int m_streamTries = 0;
    using Copies = std::vector<std::optional<liveness::RecordFacts>>;
    [[nodiscard]] Copies copies() const;
    Copies m_cache;
    Copies m_listCache;
    /// A cache that asks for each record, and for the list, anew when its copy is that old.
    struct Expiry {
        Nanoseconds after;
        std::vector<Nanoseconds> takenAt;
        Nanoseconds listTakenAt = -1000s;
    };
    std::optional<Expiry> m_expiry;
    void expire(int agent, bool listed);
    /// It is no cache but a replica, which goes on, and lags by so much.
    void replicate(std::uint64_t replica, Nanoseconds lag);
    std::uint64_t m_replica = 0; // the last one's number
    bool m_lags = false;
};

} // namespace heartline::simulation
