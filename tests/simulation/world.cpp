// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/world.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace heartline::simulation {

namespace {
constexpr std::string_view kPrefix = "zns:agent";
const UtcTime kEpoch{std::chrono::hours(24 * 365 * 50)};
constexpr auto kPeriod = std::chrono::seconds(30);
constexpr auto kSweep = std::chrono::seconds(60);
/// A timestamp that is further off is dropped by the registry.
constexpr auto kClockWindow = std::chrono::seconds(60);
} // namespace

World::World(EventQueue &queue, Random &random, int registries, int agents)
    : m_queue(queue), m_random(random), m_agents(static_cast<std::size_t>(agents)),
      m_registries(static_cast<std::size_t>(registries)) {
    for (int i = 0; i < registries; ++i) {
        m_registries[i].clockOffset = m_random.seconds(-600, 600);
        m_registries[i].clockDrift = m_random.between(-50e-6, 50e-6);
        m_registries[i].announcesConnections = m_random.chance(0.5);
        m_registries[i].proxied = m_random.chance(0.5);
        m_registries[i].strangers = m_random.chance(0.5) ? 20 : m_random.index(3);
        if (m_random.chance(0.5)) {
            m_registries[i].listCap = 5;
            m_registries[i].listPage = 2;
        }
        m_queue.in(m_random.seconds(0, 60), [this, i] { sweep(i); });
        if (m_registries[i].strangers > 0)
            m_queue.in(kPeriod / m_registries[i].strangers, [this, i] { strangerBeats(i); });
    }
    const bool oneHasFew = m_random.chance(0.25);
    for (int i = 0; i < agents; ++i) {
        m_agents[i].id = std::string(kPrefix) + std::to_string(i);
        m_agents[i].registry = m_random.index(registries);
        if (oneHasFew && m_agents[i].registry > 0 && !m_random.chance(0.06))
            m_agents[i].registry = 0;
    }
}

void World::unite(int first, int second, bool asCopy) {
    m_agents[second].id = m_agents[first].id;
    m_agents[second].isCopy = asCopy;
    m_agents[first].elsewhere = second;
    m_agents[second].elsewhere = first;
}

int World::agentAt(int registry, std::string_view id) const {
    int number = 0;
    std::from_chars(id.data() + kPrefix.size(), id.data() + id.size(), number);
    return m_agents[number].registry == registry ? number : m_agents[number].elsewhere;
}

UtcTime World::utc(int registry, Nanoseconds at) const {
    const Registry &r = m_registries[registry];
    UtcTime said = kEpoch + at + r.clockOffset + fromSeconds(toSeconds(at) * r.clockDrift);
    for (const auto &[steppedAt, by] : r.clockSteps)
        if (steppedAt <= at)
            said += by;
    return said;
}

UtcTime World::utcOfOurs() const {
    return kEpoch + now() + 40s + ourClockOff;
}

void World::stepClock(int registry, Nanoseconds by) {
    m_registries[registry].clockSteps.emplace_back(now(), by);
}

void World::registerAgent(int agent) {
    Agent &a = m_agents[agent];
    if (!m_registries[a.registry].hears()) { // refused; its owner tries again
        m_queue.in(10s, [this, agent] { registerAgent(agent); });
        return;
    }
    a.registered = true;
    a.registeredAt = now();
    publish(agent, StreamEvent::Kind::Registered);
}

void World::deregister(int agent) {
    Agent &a = m_agents[agent];
    if (!a.registered || a.deregistered || !m_registries[a.registry].hears())
        return;
    a.deregistered = true;
    publish(agent, StreamEvent::Kind::Deregistered);
}

void World::startProcess(int agent, int process) {
    Agent &a = m_agents[agent];
    if (process >= static_cast<int>(a.processes.size()))
        a.processes.resize(process + 1);
    Process &p = a.processes[process];
    if (p.running)
        return;
    p.running = true;
    p.startedAt = now();
    p.tries = 0;
    connect(agent, process, ++p.life);
    if (process > 0)
        a.twins = true;
}

void World::stopProcess(int agent, int process) {
    Agent &a = m_agents[agent];
    Process &p = a.processes[process];
    p.running = p.connected = false;
    p.queuedAt.reset();
    ++p.life;
    if (process > 0) {
        a.twins = false;
        a.twinsEndedAt = now();
    }
}

void World::sever(int registry, bool on) {
    for (int i = 0; i < static_cast<int>(m_agents.size()); ++i) {
        Agent &a = m_agents[i];
        if (!a.sharesOurLine || a.registry != registry)
            continue;
        a.severed += on ? 1 : -1;
        // One that was short may not have been seen.
        const bool brief = a.severedTo - a.severedAt < 26s;
        if (on && a.severed == 1 && (brief || now() - a.severedTo > 75s))
            a.severedFrom = now();
        if (on && a.severed == 1)
            a.severedAt = now();
        a.severedTo = now();
        for (int p = 0; p < static_cast<int>(a.processes.size()); ++p) {
            Process &process = a.processes[p];
            process.connected = false;
            process.queuedAt.reset();
            const std::uint64_t life = ++process.life; // timers of before do nothing
            if (a.severed == 0 && process.running)
                m_queue.in(m_random.seconds(0, process.backsOff ? 60 : 5),
                           [this, i, p, life] { connect(i, p, life); });
        }
    }
}

void World::connect(int agent, int process, std::uint64_t life) {
    Agent &a = m_agents[agent];
    Process &p = a.processes[process];
    if (!p.running || p.life != life || a.severed > 0)
        return;
    // The upgrade asks the database for the agent.
    if (!m_registries[a.registry].hears() || !a.registered || a.deregistered || a.lost)
        return retry(agent, process);
    p.connected = true;
    p.firstOfConnection = true;
    p.tries = 0;
    if (m_registries[a.registry].announcesConnections) {
        p.firstOfConnection = false;
        publish(agent, StreamEvent::Kind::BecameActive);
    }
    beat(agent, process, ++p.life);
}

void World::retry(int agent, int process) {
    Process &p = m_agents[agent].processes[process];
    p.connected = false;
    p.queuedAt.reset();
    const double wait = p.backsOff ? std::min(60, 1 << std::min(p.tries, 6)) : 5;
    ++p.tries;
    const std::uint64_t life = ++p.life;
    const Nanoseconds handshake = p.backsOff ? m_random.seconds(0, 10) : Nanoseconds{};
    m_queue.in(m_random.seconds(wait * 0.8, wait) + handshake,
               [this, agent, process, life] { connect(agent, process, life); });
}

void World::beat(int agent, int process, std::uint64_t life) {
    Agent &a = m_agents[agent];
    Process &p = a.processes[process];
    if (!p.running || !p.connected || p.life != life)
        return;
    const Registry &r = m_registries[a.registry];
    if (r.frozen)
        p.queuedAt = now();
    else
        accept(agent, process, now());
    m_queue.in(kPeriod + m_random.seconds(-0.2, 0.2),
               [this, agent, process, life] { beat(agent, process, life); });
}

void World::accept(int agent, int process, Nanoseconds sentAt) {
    Agent &a = m_agents[agent];
    Process &p = a.processes[process];
    if (p.clockOff)
        p.droppedAt = now();
    if (p.clockOff || a.deregistered || a.lost || now() - sentAt > kClockWindow ||
        m_registries[a.registry].databaseAway || m_registries[a.registry].wiped)
        return; // dropped in silence, the socket stays open
    a.beatBefore = std::exchange(a.lastBeat, now());
    a.restoredBeat.reset();
    a.inactive = false;
    if (std::exchange(p.firstOfConnection, false))
        publish(agent, StreamEvent::Kind::BecameActive);
    publish(agent, StreamEvent::Kind::Beat);
}

void World::publish(int agent, StreamEvent::Kind kind) {
    const Agent &a = m_agents[agent];
    const Registry &r = m_registries[a.registry];
    if (r.subscriber && r.hears())
        r.subscriber({kind, agent, utc(a.registry, now())});
}

void World::forgeStranger(int registry) {
    const Registry &r = m_registries[registry];
    if (r.subscriber && r.answers())
        r.subscriber({StreamEvent::Kind::Others, 0, utc(registry, now())});
}

void World::forgeBeat(int agent, Nanoseconds ahead) {
    Agent &a = m_agents[agent];
    const Registry &r = m_registries[a.registry];
    if (!a.registered || a.deregistered || !r.answers())
        return;
    if (now() - a.forgedAt > 600s)
        a.forgedFrom = now();
    a.forgedAt = now();
    // By its time, or by its stamp.
    const Nanoseconds after = now() - a.registeredAt;
    a.forgedInShadow = a.forgedInShadow || after < 4s || std::chrono::abs(after + ahead) < 4s;
    if (r.subscriber)
        r.subscriber({StreamEvent::Kind::Beat, agent, utc(a.registry, now()) + ahead});
}

void World::strangerBeats(int registry) {
    const Registry &r = m_registries[registry];
    if (r.subscriber && r.hears())
        r.subscriber({StreamEvent::Kind::Others, 0, utc(registry, now())});
    m_queue.in(kPeriod / r.strangers, [this, registry] { strangerBeats(registry); });
}

void World::sweep(int registry) {
    if (m_registries[registry].hears())
        for (int i = 0; i < static_cast<int>(m_agents.size()); ++i) {
            Agent &a = m_agents[i];
            const Nanoseconds last =
                a.restoredBeat ? *a.restoredBeat : a.lastBeat.value_or(a.registeredAt);
            if (a.registry != registry || !a.registered || a.isCopy || a.deregistered ||
                a.inactive || now() - last < kInactive)
                continue;
            a.inactive = true;
            publish(i, StreamEvent::Kind::Hint);
        }
    m_queue.in(kSweep, [this, registry] { sweep(registry); });
}

Nanoseconds Registry::heardBetween(Nanoseconds from, Nanoseconds to) const {
    Nanoseconds heard = to - from;
    for (auto it = deafTimes.rbegin(); it != deafTimes.rend() && it->second > from; ++it)
        heard -= std::max<Nanoseconds>(std::min(it->second, to) - std::max(it->first, from), 0ns);
    return heard;
}

void World::hearsAgain(Registry &registry, bool froze) {
    if (!registry.hears())
        return;
    registry.deafTo = now();
    // A short freeze ends before anybody could tell it from slow answers.
    if (!froze || registry.deafTo - registry.deafFrom > 25s)
        registry.deafTimes.emplace_back(registry.deafFrom, registry.deafTo);
}

void World::stopRegistry(int registry) {
    Registry &r = m_registries[registry];
    if (!r.up)
        return;
    if (r.hears())
        r.deafFrom = now();
    r.up = false;
    r.frozen = false;
    for (int i = 0; i < static_cast<int>(m_agents.size()); ++i)
        for (int p = 0; p < static_cast<int>(m_agents[i].processes.size()); ++p)
            if (m_agents[i].registry == registry && m_agents[i].processes[p].connected)
                retry(i, p);
    if (r.socketsDied)
        r.socketsDied();
}

void World::startRegistry(int registry) {
    Registry &r = m_registries[registry];
    if (r.up)
        return;
    r.up = true;
    r.startedAt = now();
    hearsAgain(r);
}

void World::takeDatabase(int registry) {
    Registry &r = m_registries[registry];
    if (r.hears())
        r.deafFrom = now();
    r.databaseAway = true;
    constexpr std::array kInstead{Registry::Instead::ServerError, Registry::Instead::Garbage,
                                  Registry::Instead::Reset};
    r.awayAs = kInstead.at(m_random.index(3));
}

void World::bringDatabase(int registry) {
    Registry &r = m_registries[registry];
    r.databaseAway = false;
    hearsAgain(r);
}

void World::wipe(int registry) {
    Registry &r = m_registries[registry];
    if (r.hears())
        r.deafFrom = now();
    r.wiped = true;
}

void World::restore(int registry) {
    Registry &r = m_registries[registry];
    if (!r.wiped)
        return;
    r.wiped = false;
    // What is brought back may be of yesterday, though it is told who was registered since, and no
    // older than its clock: stamps of before a day that came twice tell nothing to anybody.
    const auto &steps = r.clockSteps;
    const Nanoseconds oldest = steps.empty() ? 0s : steps.back().first;
    if (m_random.chance(0.5))
        for (Agent &a : m_agents)
            if (a.registry == registry && a.lastBeat > oldest && !a.restoredBeat)
                a.restoredBeat =
                    std::max({a.registeredAt, oldest, *a.lastBeat - m_random.seconds(0, 86400)});
    hearsAgain(r);
}

void World::lose(int agent, bool on) {
    Agent &a = m_agents[agent];
    a.lost = on;
    (on ? a.lostFrom : a.lostTo) = now();
    for (int p = 0; on && p < static_cast<int>(a.processes.size()); ++p)
        if (a.processes[p].connected && m_random.chance(0.5))
            retry(agent, p);
}

void World::freezeRegistry(int registry) {
    Registry &r = m_registries[registry];
    if (!r.answers())
        return;
    if (r.hears())
        r.deafFrom = now();
    r.frozen = true;
}

void World::thawRegistry(int registry) {
    Registry &r = m_registries[registry];
    if (!r.frozen)
        return;
    r.frozen = false;
    hearsAgain(r, true);
    for (int i = 0; i < static_cast<int>(m_agents.size()); ++i)
        for (int p = 0; p < static_cast<int>(m_agents[i].processes.size()); ++p) {
            Process &process = m_agents[i].processes[p];
            if (m_agents[i].registry == registry && process.connected)
                if (const auto queued = std::exchange(process.queuedAt, std::nullopt))
                    accept(i, p, *queued);
        }
}

std::optional<liveness::RecordFacts> World::record(int agent) const {
    const Agent &a = m_agents[agent];
    if (!a.registered || a.deregistered || a.lost || m_registries[a.registry].wiped)
        return std::nullopt;
    const auto second = [&](Nanoseconds at) {
        return UtcTime(std::chrono::floor<std::chrono::seconds>(utc(a.registry, at)));
    };
    if (a.isCopy) { // the home's word of its status, and nothing of beats
        const Agent &home = m_agents[a.elsewhere];
        return liveness::RecordFacts{home.inactive ? protocol::EntityStatus::Inactive
                                                   : protocol::EntityStatus::Active,
                                     {},
                                     {},
                                     home.deregistered,
                                     true};
    }
    return liveness::RecordFacts{
        a.inactive ? protocol::EntityStatus::Inactive : protocol::EntityStatus::Active,
        second(a.registeredAt),
        second(a.restoredBeat ? *a.restoredBeat : a.lastBeat.value_or(a.registeredAt)), false,
        false};
}

std::vector<liveness::event::OutageExplained::Witness> World::strangersBeats(int registry) const {
    const Registry &r = m_registries[registry];
    std::vector<liveness::event::OutageExplained::Witness> beats;
    if (r.wiped)
        return beats;
    for (int i = 0; i < r.strangers; ++i) {
        // Combs of 30 s with shifts of their own. After a restart they are back within 5 s, after
        // another deaf time they beat when it is their turn.
        const Nanoseconds shift = kPeriod * i / r.strangers;
        const auto combBefore = [&](Nanoseconds at) {
            return (at - shift) / kPeriod * kPeriod + shift;
        };
        const bool restarted = r.startedAt == r.deafTo;
        const Nanoseconds back = r.deafTo + (restarted ? 5s * i / r.strangers : Nanoseconds(0));
        Nanoseconds last = combBefore(now());
        if (last < r.deafTo && last >= r.deafFrom)
            last = restarted && back <= now() ? back : combBefore(r.deafFrom - 1ns);
        beats.push_back({"stranger" + std::to_string(i),
                         UtcTime(std::chrono::floor<std::chrono::seconds>(utc(registry, last)))});
    }
    for (int i = 0; i < static_cast<int>(m_agents.size()); ++i)
        if (const auto own = m_agents[i].registry == registry ? record(i) : std::nullopt;
            own && own->lastHeartbeat)
            beats.push_back({m_agents[i].id, *own->lastHeartbeat});
    return beats;
}

} // namespace heartline::simulation
