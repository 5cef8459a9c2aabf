// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <bitset>
#include <string>
#include <string_view>

namespace heartline::simulation {

/// What can go wrong in the modelled world.
enum class Fault {
    Die,         ///< agents end, and come back later or never
    Together,    ///< half of them end at once, and come back at once
    LongDead,    ///< agents that were dead for weeks when we first looked
    Flap,        ///< agents go up and down
    Twins,       ///< two processes beat with one key
    AgentClock,  ///< an agent's clock is off, so that its beats are dropped
    NeverBeat,   ///< registered, never beats
    Deregister,  ///< agents leave
    Elsewhere,   ///< agents that are registered at both registries, or copied to the other
    Join,        ///< agents are registered during the day
    Restart,     ///< the registry is down for a while
    Freeze,      ///< the registry accepts and does not answer
    Hiccups,     ///< it is started anew, or its database is away, again and again
    InTurn,      ///< an outage begins as other trouble ends, in which beats were heard
    Database,    ///< its database is away: beats are lost, reads answer 500, sockets stay
    DropEvents,  ///< the stream loses events
    Slow,        ///< answers take seconds
    RateLimit,   ///< 429
    ServerError, ///< 5xx
    Garbage,     ///< answers that are none
    NoRecords,   ///< single records are refused or limited, lists are answered
    Cached,      ///< records come from a cache, while the stream lives
    Kept,        ///< answers come from a cache, and say so
    Forged,      ///< somebody publishes beats that an agent never sent
    Other,       ///< another registry answers at its address
    Wiped,       ///< the registry knows nobody any more, until it is restored
    LostReads,   ///< requests that end in nothing at all
    Cut,         ///< our link is refused
    Blackhole,   ///< our link swallows everything
    HalfOpen,    ///< our stream is dead without a sign
    Delay,       ///< messages are late and overtake each other
    Strip,       ///< the WebSocket upgrade is refused
    Sleep,       ///< our machine is suspended
    SharedLine,  ///< some agents are on our machine, or behind our line
    ClockStep,   ///< the registry's clock is set, by minutes or a day
    ClockDrift,  ///< the registry's clock goes wrong by 1 %
    WrongDate,   ///< what answers in front of it has a clock of its own, or two, or none
    OwnClock,    ///< this machine's clock is off, by minutes or hours
    Metered,     ///< so few requests are allowed in a minute, for hours
    Unexplained, ///< it never tells how long it runs, or refuses lists, too
    IllRecord,   ///< one agent's record, and its entry in lists, cannot be read
    Mislabelled, ///< half of the answers call one agent deregistered
    Lost,        ///< it has no record of some agents for a while, and hears them as little
    Lasting, ///< what usually takes minutes takes hours: no stream, lost events, refused records,
             ///< wrong dates
    Quit,    ///< the dashboard ends and starts again with what it stored
    Moment,  ///< it ends, or sleeps, just as something else began
    Count
};

using FaultSet = std::bitset<static_cast<std::size_t>(Fault::Count)>;

[[nodiscard]] std::string_view faultName(Fault fault);
/// `all`, `none`, or names with commas between. Errors name the one that is unknown.
[[nodiscard]] Result<FaultSet> parseFaults(std::string_view list);

} // namespace heartline::simulation
