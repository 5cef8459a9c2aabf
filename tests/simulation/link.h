// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/core.h"
#include "simulation/front.h"

#include <array>

namespace heartline::simulation {

/// Our side of one registry, as scenario and oracle see it. How it works inside is a model of the
/// program's own, or that itself.
class Link {
public:
    Link(EventQueue &queue, Random &random, World &world, int registry)
        : weather(m_front.weather), m_queue(queue), m_registry(registry),
          m_front(queue, random, world, registry) {}
    Link(const Link &) = delete;
    Link &operator=(const Link &) = delete;
    virtual ~Link() = default;

    /// The program starts.
    virtual void start() = 0;
    /// It, or the machine, stands still.
    virtual void sleep() = 0;
    /// It goes on; dialAnew() may follow.
    virtual void wake() {}
    /// It ends: every socket and timer is gone.
    virtual void quit() = 0;
    virtual void dialAnew() = 0;

    virtual void readRecord(int agent, bool urgent) = 0;
    virtual void readList(bool paging, Nanoseconds rest) = 0;
    virtual void explainOutage() = 0;

    /// The stream's socket dies without a sign.
    virtual void loseStreamSilently() = 0;
    virtual void cutNow() = 0;
    /// What answers from now on is another: nothing that was open goes on.
    virtual void replacedNow() = 0;
    void fillCache() { m_front.fillCache(); }

    Weather &weather;
    /// Sight came; it had been missing since then.
    std::function<void(Nanoseconds blindFrom)> onSight;

    [[nodiscard]] virtual liveness::LinkState state() const = 0;
    /// What it gives out now is old, whatever is asked for.
    [[nodiscard]] bool givesOldRecords() const {
        return weather.cached && !m_front.expires() && tellsOfBeats();
    }
    /// The last good answer to a read.
    [[nodiscard]] Nanoseconds lastGoodRead() const { return m_lastGoodRead; }
    /// The first one since its sight came that told of agents.
    [[nodiscard]] std::optional<Nanoseconds> firstGoodRead() const { return m_firstGoodRead; }
    /// Something was asked for, and not answered or by an error that is no 429; of late.
    [[nodiscard]] bool refusedBetween(Nanoseconds from, Nanoseconds to) const;
    /// When the one that is ill was first asked for since it is so.
    [[nodiscard]] Nanoseconds firstIllRead() const { return m_firstIllRead; }

protected:
    /// There is a stream that tells of beats.
    [[nodiscard]] virtual bool tellsOfBeats() const = 0;

    void noteGoodRead(bool wiped);
    /// Such as tells of agents.
    void noteRecords(bool wiped);
    void noteRefusal() { m_refusals[m_refused++ % m_refusals.size()] = m_queue.now(); }
    /// A record was asked for.
    void noteAsked(int agent);
    /// Our view of the registry ended, or begins.
    void noteBlind() { m_blindFrom = m_queue.now(); }
    void noteSight();

    EventQueue &m_queue;
    const int m_registry;
    Front m_front;

private:
    Nanoseconds m_lastGoodRead{-1s};
    std::optional<Nanoseconds> m_firstGoodRead;
    Nanoseconds m_firstIllRead{-1000s};
    std::array<Nanoseconds, 64> m_refusals{};
    std::size_t m_refused = 0;
    int m_illRead = -1;
    Nanoseconds m_blindFrom{};
};

} // namespace heartline::simulation
