// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/model_link.h"

#include "liveness/retry_pace.h"

#include <algorithm>

namespace heartline::simulation {

namespace event = liveness::event;
using liveness::LinkState;

namespace {
constexpr auto kProbeTimeout = std::chrono::seconds(10);
constexpr auto kUrgentTimeout = std::chrono::seconds(5);
constexpr auto kSuspicion = std::chrono::seconds(13);
constexpr auto kPing = std::chrono::seconds(10);
constexpr auto kLongestUrgentTimeout = std::chrono::seconds(15);
/// After a 429 to the first request of all.
constexpr Nanoseconds kLimitedRest = std::chrono::seconds(10);
/// A page that is limited is asked for again after 5, 10 and 20 s.
constexpr int kLimitsInRow = 3;
constexpr Nanoseconds kLongestPageRest = std::chrono::seconds(30);
} // namespace

ModelLink::ModelLink(EventQueue &queue, Random &random, World &world, int registry, Hooks hooks)
    : Link(queue, random, world, registry), m_random(random), m_world(world),
      m_hooks(std::move(hooks)) {
    Registry &r = m_world.registries()[m_registry];
    r.subscriber = [this](const StreamEvent &published) { publish(published); };
    r.socketsDied = [this] {
        if (m_stream != 0 && !m_streamDead && weather.passes())
            streamLost();
    };
}

void ModelLink::start() {
    // Our own clock is right to a minute.
    m_hooks.clock().assumeOwnClock(m_world.utcOfOurs(), m_hooks.mono());
    probe();
}

LinkState ModelLink::stateOf(Trouble trouble) {
    switch (trouble) {
    case Trouble::Silent:
        return LinkState::Silent;
    case Trouble::ServerError:
    case Trouble::RateLimit:
        return LinkState::Refusing;
    case Trouble::Garbage:
        return LinkState::NotARegistry;
    case Trouble::Kept:
        return LinkState::OutOfDate;
    default:
        return LinkState::Unreachable;
    }
}

void ModelLink::ask(Needs needs, Nanoseconds timeout, std::function<Deliver(MonoTime)> serve,
                    std::function<void(Trouble)> failed) {
    const std::uint64_t id = ++m_lastId;
    if (needs != Needs::Nothing && m_random.chance(weather.lostReads))
        return;
    m_outstanding.emplace(id, std::move(failed));
    const MonoTime sentAt = m_hooks.mono();
    const Registry &r = m_world.registries()[m_registry];
    const bool replaced = weather.other && needs != Needs::Nothing && !weather.blackhole;
    if (weather.cut || replaced || (!r.up && !weather.blackhole)) {
        const bool passes = !weather.cut && !replaced && r.proxied;
        const Trouble trouble = passes ? Trouble::ServerError : Trouble::Refused;
        m_queue.in(20ms, [this, id, trouble] { fail(id, trouble); });
        return;
    }
    // A frozen registry's kernel still accepts; a black hole does not even do that.
    const Trouble late = weather.blackhole ? Trouble::Unreachable : Trouble::Silent;
    m_queue.in(timeout, [this, id, late, timeout] {
        if (m_outstanding.contains(id))
            m_givenUpAfter = timeout;
        fail(id, late);
    });
    m_queue.in(m_front.latency(), [this, id, needs, sentAt, serve = std::move(serve)] {
        if (!m_outstanding.contains(id) || !m_front.reaches())
            return; // it runs into its timeout
        const auto date = m_front.date();
        const auto answer = [this, sentAt, date](const Deliver &deliver) {
            m_lastAnswer = m_hooks.mono();
            m_roundTrip = m_lastAnswer - sentAt;
            m_givenUpAfter = {};
            if (date)
                m_hooks.clock().observeDate(*date, sentAt, m_lastAnswer);
            deliver();
        };
        const bool unreadable =
            needs != Needs::Nothing && m_world.registries()[m_registry].databaseAway;
        const bool refused = needs == Needs::OneRecord && weather.noRecords;
        const bool kindRefused = (needs == Needs::Explanation && weather.unexplained) ||
                                 (needs == Needs::List && weather.noLists);
        const bool limited = m_front.isOverLimit();
        if (refused && !weather.recordsLimited)
            weather.refusedAt = weather.refusedAt.value_or(m_queue.now());
        const bool kept = needs != Needs::Nothing && weather.kept;
        if (kept || unreadable || refused || kindRefused || limited ||
            m_random.chance(weather.refusals)) {
            const Trouble trouble =
                limited       ? Trouble::RateLimit
                : kindRefused ? Trouble::ServerError
                : kept        ? Trouble::Kept
                : unreadable  ? instead(m_world.registries()[m_registry].awayAs)
                : refused     ? (weather.recordsLimited ? Trouble::RateLimit : Trouble::ServerError)
                : weather.refusal == Weather::Refusal::ServerError ? Trouble::ServerError
                : weather.refusal == Weather::Refusal::RateLimit   ? Trouble::RateLimit
                                                                   : Trouble::Garbage;
            m_queue.in(m_front.latency(), [this, id, trouble] { fail(id, trouble); });
            return;
        }
        m_queue.in(m_front.latency(), [this, id, answer, deliver = serve(sentAt)] {
            if (weather.passes())
                finish(id, [&] { answer(deliver); });
        });
    });
}

ModelLink::Trouble ModelLink::instead(Registry::Instead instead) {
    switch (instead) {
    case Registry::Instead::ServerError:
        return Trouble::ServerError;
    case Registry::Instead::Garbage:
        return Trouble::Garbage;
    case Registry::Instead::Reset:
        return Trouble::Unreachable;
    }
    return Trouble::ServerError;
}

void ModelLink::finish(std::uint64_t id, const Deliver &deliver) {
    if (m_outstanding.erase(id) > 0)
        deliver();
}

void ModelLink::fail(std::uint64_t id, Trouble trouble) {
    const auto it = m_outstanding.find(id);
    if (it == m_outstanding.end())
        return;
    const auto failed = std::move(it->second);
    m_outstanding.erase(it);
    if (trouble != Trouble::RateLimit)
        noteRefusal();
    failed(trouble);
}

void ModelLink::reset() {
    ++m_life;
    m_stream = 0;
    if (m_listRuns)
        finishList({.registry = index(),
                    .good = false,
                    .complete = false,
                    .sentAt = m_hooks.mono(),
                    .cancelled = true});
    for (auto &[id, failed] : std::exchange(m_outstanding, {}))
        failed(Trouble::Cancelled);
}

void ModelLink::sleep() {
    ++m_life;
    ++m_list;
    m_listRuns = false;
    m_stream = 0;
    m_outstanding.clear();
    if (liveness::isSighted(m_state))
        noteBlind();
    m_state = LinkState::Connecting;
}

void ModelLink::dialAnew() {
    reset();
    m_failingSince.reset();
    m_streamTries = 0;
    m_state = LinkState::Connecting;
    probe();
}

void ModelLink::cutNow() {
    if (m_stream != 0 && !m_streamDead)
        streamLost();
}

void ModelLink::replacedNow() {
    cutNow();
    if (m_stream == 0 && liveness::isSighted(m_state))
        probe();
}

void ModelLink::probe() {
    ask(
        Needs::Nothing, kProbeTimeout,
        [this](MonoTime) {
            return [this] {
                if (weather.other)
                    return blind(LinkState::OtherRegistry);
                m_failingSince.reset();
                if (m_stream == 0 && m_state != LinkState::PollingOnly)
                    openStream();
            };
        },
        [this](Trouble trouble) { probeFailed(trouble); });
}

void ModelLink::probeFailed(Trouble trouble) {
    if (trouble == Trouble::Cancelled)
        return;
    // It is there, and wants to be left alone.
    if (trouble == Trouble::RateLimit && liveness::isSighted(m_state)) {
        m_lastAnswer = m_hooks.mono();
        if (m_stream == 0)
            setState(LinkState::PollingOnly);
    } else {
        blind(stateOf(trouble), trouble == Trouble::RateLimit ? kLimitedRest : 0s);
    }
}

void ModelLink::openStream() {
    const std::uint64_t life = m_life;
    m_queue.in(m_front.latency() + m_front.latency(), [this, life] {
        if (m_life != life || m_stream != 0)
            return;
        if (weather.strip || weather.other || !m_front.reaches()) {
            scheduleStream();
            // Answers come, streams do not.
            if (m_state != LinkState::PollingOnly &&
                m_hooks.mono() - m_lastAnswer < std::chrono::seconds(10))
                setState(LinkState::PollingOnly);
            return;
        }
        m_stream = ++m_lastId;
        m_streamDead = false;
        m_streamTries = 0;
        m_streamContact = m_hooks.mono();
        setState(LinkState::Connected);
        const std::uint64_t stream = m_stream;
        m_queue.in(kPing, [this, stream] { ping(stream); });
    });
}

void ModelLink::scheduleStream() {
    const std::uint64_t life = m_life;
    const double wait = std::min(60, 1 << std::min(m_streamTries, 6));
    ++m_streamTries;
    m_queue.in(m_random.seconds(wait * 0.8, wait), [this, life] {
        if (m_life == life && m_stream == 0)
            openStream();
    });
    // While there is no stream, an answer is wanted every 10 s.
    m_queue.in(10s, [this, life] {
        if (m_life == life && m_state == LinkState::PollingOnly &&
            m_hooks.mono() - m_lastAnswer >= std::chrono::seconds(9))
            probe();
    });
}

void ModelLink::ping(std::uint64_t stream) {
    if (m_stream != stream)
        return;
    if (!m_streamDead && m_front.reaches())
        m_streamContact = m_hooks.mono();
    else if (m_hooks.mono() - lastContact() > liveness::Core::kSilenceBudget)
        return blind(LinkState::Silent);
    else if (m_hooks.mono() - m_streamContact > liveness::Core::kSilenceBudget)
        return streamLost();
    else if (m_hooks.mono() - m_streamContact > kSuspicion &&
             m_hooks.mono() - m_lastAnswer > kSuspicion)
        probe();
    m_queue.in(kPing, [this, stream] { ping(stream); });
}

void ModelLink::streamLost() {
    m_stream = 0;
    scheduleStream();
    ask(
        Needs::Nothing, kProbeTimeout,
        [this](MonoTime) {
            return [this] {
                if (weather.other)
                    return blind(LinkState::OtherRegistry);
                if (m_state == LinkState::Connected && m_stream == 0)
                    setState(LinkState::PollingOnly);
            };
        },
        [this](Trouble trouble) { probeFailed(trouble); });
}

void ModelLink::blind(LinkState state, Nanoseconds rest) {
    reset();
    m_failingSince = m_failingSince.value_or(m_queue.now());
    const std::uint64_t life = m_life;
    const Nanoseconds pace = liveness::retryPace(m_queue.now() - *m_failingSince, m_pace);
    m_queue.in(std::max(pace, rest), [this, life] {
        if (m_life == life)
            probe();
    });
    setState(state);
}

void ModelLink::setState(LinkState state) {
    if (m_state == state)
        return;
    const bool before = liveness::isSighted(m_state);
    const bool after = liveness::isSighted(state);
    m_state = state;
    if (before && !after)
        noteBlind();
    if (!before && after)
        noteSight();
    m_hooks.feed(event::LinkChanged{static_cast<std::uint32_t>(m_registry), state, lastContact()});
}

void ModelLink::publish(const StreamEvent &published) {
    if (m_stream == 0 || m_streamDead || weather.other || !weather.passes() ||
        m_random.chance(weather.dropEvents))
        return;
    const std::uint64_t stream = m_stream;
    m_lastDelivery =
        std::max(m_lastDelivery, m_queue.now() + m_front.latency()); // TCP keeps the order
    m_queue.at(m_lastDelivery, [this, stream, published] {
        if (m_stream != stream || m_streamDead || !weather.passes())
            return;
        m_streamContact = m_hooks.mono();
        m_hooks.clock().observeEvent(published.stamp, m_streamContact);
        m_hooks.heard(published);
    });
}

void ModelLink::readFailed(int agent, Trouble trouble) {
    const auto registry = static_cast<std::uint32_t>(m_registry);
    const std::string &id = m_world.agents()[agent].id;
    if (trouble == Trouble::Cancelled)
        m_hooks.feed(event::ReadCancelled{registry, id});
    else
        m_hooks.feed(
            event::ReadFailed{registry, id, stateOf(trouble), trouble == Trouble::RateLimit});
}

void ModelLink::readRecord(int agent, bool urgent) {
    const Nanoseconds patience = std::clamp<Nanoseconds>(2 * std::max(m_roundTrip, m_givenUpAfter),
                                                         kUrgentTimeout, kLongestUrgentTimeout);
    ask(
        Needs::OneRecord, urgent ? patience : std::max<Nanoseconds>(patience, kProbeTimeout),
        [this, agent](MonoTime sentAt) -> Deliver {
            noteAsked(agent);
            if (agent == weather.ill)
                return [this, agent] { readFailed(agent, Trouble::ServerError); };
            return [this, agent, sentAt, record = m_front.served(agent, false, tellsOfBeats())] {
                noteRecords(isWiped());
                const auto registry = static_cast<std::uint32_t>(m_registry);
                const std::string &id = m_world.agents()[agent].id;
                if (record)
                    m_hooks.feed(event::RecordRead{registry, id, *record, sentAt});
                else
                    m_hooks.feed(event::RecordMissing{registry, id, sentAt});
            };
        },
        [this, agent](Trouble trouble) { readFailed(agent, trouble); });
}

void ModelLink::readList(bool paging, Nanoseconds rest) {
    const std::uint64_t list = ++m_list; // ends the one before
    m_listRuns = true;
    m_unread = 0;
    m_limitsInRow = 0;
    const Registry &r = m_world.registries()[m_registry];
    const std::size_t most = r.listCap > 0 ? r.listCap : m_world.agents().size();
    askList(list, 0, most, [this, list, paging, rest](MonoTime sentAt, std::size_t count) {
        const bool full = m_world.registries()[m_registry].listCap > 0 &&
                          count == m_world.registries()[m_registry].listCap;
        if (full && paging)
            nextPage({list, sentAt, rest}, 0);
        else
            finishList({.registry = index(),
                        .good = true,
                        .complete = !full,
                        .sentAt = sentAt,
                        .unread = m_unread});
    });
}

void ModelLink::readPage(const Paging &paging, std::size_t page) {
    const std::size_t size = m_world.registries()[m_registry].listPage;
    askList(
        paging.list, page * size, size,
        [this, paging, page](MonoTime, std::size_t count) {
            if (count == 0)
                return finishList({.registry = index(),
                                   .good = true,
                                   .complete = true,
                                   .sentAt = paging.sentAt,
                                   .pages = page + 1,
                                   .unread = m_unread});
            nextPage(paging, page + 1);
        },
        [this, paging, page](Nanoseconds rest) {
            const Nanoseconds pace = std::min(2 * paging.rest, kLongestPageRest);
            nextPage({paging.list, paging.sentAt, pace}, page, rest);
            return std::max(pace, rest);
        });
}

void ModelLink::nextPage(const Paging &paging, std::size_t page, Nanoseconds rest) {
    m_queue.in(std::max(paging.rest, rest), [this, paging, page] {
        if (m_list == paging.list)
            readPage(paging, page);
    });
}

void ModelLink::finishList(const event::ListRead &outcome) {
    ++m_list;
    m_listRuns = false;
    m_hooks.feed(outcome);
}

void ModelLink::askList(std::uint64_t list, std::size_t from, std::size_t most,
                        std::function<void(MonoTime sentAt, std::size_t count)> took,
                        std::function<Nanoseconds(Nanoseconds rest)> limited) {
    ask(
        Needs::List, 15s,
        [this, list, from, most, took = std::move(took)](MonoTime sentAt) -> Deliver {
            std::vector<std::pair<int, liveness::RecordFacts>> records;
            std::size_t place = 0;
            std::size_t unread = 0;
            for (int i = 0; i < static_cast<int>(m_world.agents().size()); ++i)
                if (const auto record = m_world.agents()[i].registry == m_registry
                                            ? m_front.served(i, true, tellsOfBeats())
                                            : std::nullopt)
                    if (place++ >= from && records.size() + unread < most) {
                        if (i == weather.ill)
                            ++unread;
                        else
                            records.emplace_back(i, *record);
                    }
            return [this, list, sentAt, took, unread, records = std::move(records)] {
                if (m_list != list)
                    return;
                noteRecords(isWiped());
                for (const auto &[agent, record] : records)
                    m_hooks.feed(event::RecordRead{index(), m_world.agents()[agent].id, record,
                                                   sentAt, true, event::ReadBy::List});
                m_hooks.feed(event::ListProgress{index(), sentAt});
                m_unread += unread;
                m_limitsInRow = 0;
                if (m_list == list)
                    took(sentAt, records.size() + unread);
            };
        },
        [this, list, limited = std::move(limited)](Trouble trouble) {
            if (m_list != list)
                return;
            if (trouble == Trouble::RateLimit && limited && m_limitsInRow < kLimitsInRow) {
                const auto rest = limited(std::chrono::seconds(5) * (1 << m_limitsInRow++));
                return m_hooks.feed(event::ListProgress{index(), {}, true, rest});
            }
            finishList({.registry = index(),
                        .good = false,
                        .complete = false,
                        .sentAt = m_hooks.mono(),
                        .as = stateOf(trouble),
                        .limited = trouble == Trouble::RateLimit,
                        .cancelled = trouble == Trouble::Cancelled});
        });
}

void ModelLink::explainOutage() {
    const auto registry = static_cast<std::uint32_t>(m_registry);
    ask(
        Needs::Explanation, kProbeTimeout,
        [this, registry](MonoTime sentAt) -> Deliver {
            const Nanoseconds uptime = m_world.now() - m_world.registries()[m_registry].startedAt;
            return [this, registry, sentAt, uptime, beats = m_world.strangersBeats(m_registry)] {
                noteGoodRead(isWiped());
                m_hooks.feed(event::OutageExplained{registry, uptime, beats, sentAt});
            };
        },
        [this, registry](Trouble trouble) {
            m_hooks.feed(event::OutageUnexplained{registry, trouble == Trouble::RateLimit});
        });
}

} // namespace heartline::simulation
