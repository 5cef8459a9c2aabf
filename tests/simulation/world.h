// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/events.h"
#include "simulation/event_queue.h"
#include "simulation/random.h"

#include <deque>
#include <string>

namespace heartline::simulation {

/// After so long a silence the registry says inactive.
inline constexpr auto kInactive = std::chrono::seconds(300);

/// A process that beats with an agent's key.
struct Process {
    bool running = false;
    bool connected = false;
    bool firstOfConnection = true;
    bool clockOff = false;
    Nanoseconds startedAt{-1s};
    /// When a beat of it was last dropped for its clock.
    Nanoseconds droppedAt{-1s};
    /// Comes back after 1, 2, 4 … 60 s and a slow handshake; otherwise after 5 s, as SDKs do.
    bool backsOff = false;
    int tries = 0;
    /// Counts starts and connections, so that timers of former ones do nothing.
    std::uint64_t life = 0;
    /// A beat that waits in the socket of a frozen registry.
    std::optional<Nanoseconds> queuedAt;
};

/// The truth about an agent. Times are true time.
struct Agent {
    std::string id;
    int registry = 0;
    /// The same agent at the other registry, which has its id; -1 for none.
    int elsewhere = -1;
    /// What the other told, taken over by gossip: no record of its own, and no beats.
    bool isCopy = false;
    /// One process beats at both: that of the other starts and ends with this one's.
    bool sharesFate = false;
    bool registered = false;
    bool deregistered = false;
    bool inactive = false;
    /// Its registry has no record of it just now, and hears it as little; and the last time it had
    /// none.
    bool lost = false;
    Nanoseconds lostFrom{-1000s};
    Nanoseconds lostTo{-1000s};
    Nanoseconds registeredAt{};
    /// Of real beats; registering is none.
    std::optional<Nanoseconds> lastBeat;
    /// What its record shows instead, after a backup was brought back.
    std::optional<Nanoseconds> restoredBeat;
    std::optional<Nanoseconds> beatBefore;
    std::vector<Process> processes;
    /// Since when no two processes run any more.
    std::optional<Nanoseconds> twinsEndedAt;
    bool twins = false;
    /// It runs on our machine, or behind our line: how often that is cut just now, and the last
    /// time it was.
    bool sharesOurLine = false;
    int severed = 0;
    Nanoseconds severedFrom{-1000s};
    Nanoseconds severedAt{-1000s}; ///< the last of several that followed each other
    Nanoseconds severedTo{-1000s};
    /// One was forged within the seconds in which a beat looks like the registration.
    bool forgedInShadow = false;
    /// Beats on the stream that it never sent: the first of a row, and the last.
    Nanoseconds forgedFrom{-1000s};
    Nanoseconds forgedAt{-1000s};
};

struct StreamEvent {
    enum class Kind {
        Beat,
        BecameActive,
        Registered,
        Deregistered,
        Hint,
        Others
    } kind = Kind::Beat;
    int agent = 0;
    UtcTime stamp;
};

/// A registry as deployed: what it knows, sweeps and publishes.
struct Registry {
    Nanoseconds clockOffset{};
    double clockDrift = 0;
    /// Its clock was set: when, and by how much.
    std::vector<std::pair<Nanoseconds, Nanoseconds>> clockSteps;
    /// `entity_became_active` comes with the connection, not with its first valid beat.
    bool announcesConnections = false;
    /// Agents of others.
    int strangers = 0;
    /// The developer's list stops there, and its own has pages of so many of ours; 0: it does not.
    std::size_t listCap = 0;
    std::size_t listPage = 0;
    bool up = true;
    /// What stands in front of it answers 502 while it is down.
    bool proxied = false;
    bool frozen = false;
    /// Its database is away: it accepts beats and loses them, and can tell nothing of records.
    bool databaseAway = false;
    /// It is empty: it answers that it knows nobody.
    bool wiped = false;
    /// What reads get meanwhile.
    enum class Instead { ServerError, Garbage, Reset } awayAs = Instead::ServerError;
    Nanoseconds startedAt{};
    /// The last time it heard nobody: from, to.
    Nanoseconds deafFrom{-1s};
    Nanoseconds deafTo{-1s};
    /// All such times that are over, the oldest first.
    std::vector<std::pair<Nanoseconds, Nanoseconds>> deafTimes;
    std::function<void(const StreamEvent &)> subscriber;
    std::function<void()> socketsDied;
    /// It takes connections and answers.
    [[nodiscard]] bool answers() const { return up && !frozen; }
    /// Beats count.
    [[nodiscard]] bool hears() const { return answers() && !databaseAway && !wiped; }
    /// How much of the time between two moments it heard.
    [[nodiscard]] Nanoseconds heardBetween(Nanoseconds from, Nanoseconds to) const;
};

/// Registries and agents, as they really are. Knows nothing of the dashboard.
class World {
public:
    World(EventQueue &queue, Random &random, int registries, int agents);

    [[nodiscard]] Nanoseconds now() const { return m_queue.now(); }
    /// What the registry's clock said at a time that is no later than now.
    [[nodiscard]] UtcTime utc(int registry, Nanoseconds at) const;
    /// What this machine's clock says, which is off by a little, or by so much more.
    Nanoseconds ourClockOff{};
    [[nodiscard]] UtcTime utcOfOurs() const;
    [[nodiscard]] std::vector<Agent> &agents() { return m_agents; }
    /// One agent at two registries from now on. `second` gets the id of `first`.
    void unite(int first, int second, bool asCopy);
    /// Whom a registry knows by this id.
    [[nodiscard]] int agentAt(int registry, std::string_view id) const;
    [[nodiscard]] std::vector<Registry> &registries() { return m_registries; }

    /// Our line to a registry is cut, or our machine sleeps: so is that of the agents that share
    /// it.
    void sever(int registry, bool on);
    void registerAgent(int agent);
    void deregister(int agent);
    /// `process` is made when it is the next number.
    void startProcess(int agent, int process);
    void stopProcess(int agent, int process);

    /// Publishes a beat that there was not, stamped so far ahead of the registry's clock.
    void forgeBeat(int agent, Nanoseconds ahead);

    /// The stream says that a stranger beats, though the registry hears nobody.
    void forgeStranger(int registry);

    void stopRegistry(int registry);
    void startRegistry(int registry);
    void freezeRegistry(int registry);
    void thawRegistry(int registry);
    void takeDatabase(int registry);
    void bringDatabase(int registry);
    /// It hears nobody either, as it knows no keys.
    void wipe(int registry);
    void restore(int registry);
    /// The registry loses the record of one, or has it back.
    void lose(int agent, bool on);
    void stepClock(int registry, Nanoseconds by);

    /// The agent's record as the registry would answer now; nothing for 404.
    [[nodiscard]] std::optional<liveness::RecordFacts> record(int agent) const;
    /// Last beats of the registry's agents, others' and ours.
    [[nodiscard]] std::vector<liveness::event::OutageExplained::Witness>
    strangersBeats(int registry) const;

private:
    void connect(int agent, int process, std::uint64_t life);
    void retry(int agent, int process);
    void beat(int agent, int process, std::uint64_t life);
    void accept(int agent, int process, Nanoseconds sentAt);
    void publish(int agent, StreamEvent::Kind kind);
    void sweep(int registry);
    /// A stranger beats, and the next one is planned.
    void strangerBeats(int registry);
    void hearsAgain(Registry &registry, bool froze = false);

    EventQueue &m_queue;
    Random &m_random;
    std::vector<Agent> m_agents;
    std::vector<Registry> m_registries;
};

} // namespace heartline::simulation
