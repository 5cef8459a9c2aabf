// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/events.h"
#include "liveness/judgement.h"

namespace heartline::liveness {

/// What the core asks its owner to do, or tells it. To be performed in order.
namespace effect {

struct ReadRecord {
    RegistryIndex registry;
    /// May be nobody's that we know: one that was just registered, and perhaps by our developer.
    std::string entityId;
    /// An alert waits for this one.
    bool urgent = false;
};
/// Read all owned agents by lists; one that is still under way is replaced.
struct ReadList {
    RegistryIndex registry;
    /// Where the developer's list is full: page through the registry's own.
    bool paging = false;
    /// Many wait for it: its pages may follow each other quickly.
    bool urgent = false;
    /// Time between two pages, at least.
    Nanoseconds rest{};
};
/// Ask the registry how long it runs, and for a sample of last beats: `OutageExplained`.
struct ExplainOutage {
    RegistryIndex registry;
};
/// Drop every socket and dial anew: they did not survive our sleep.
struct DialAnew {
    RegistryIndex registry;
};
struct WatchAdded {
    WatchIndex watch;
};
/// A beat newer than the last one known.
struct BeatSeen {
    WatchIndex watch;
    BeatFact beat;
};
struct StateChanged {
    WatchIndex watch;
    AgentState previous;
    AgentState state;
    std::optional<Age> age;
};
/// What an agent's silence has in common with others': told once, and holds nothing back.
enum class SilenceCause {
    ItsOwn,
    AllOfOurs,     ///< all of ours there are silent, three at least, and others beat
    NobodyIsHeard, ///< so are the others
};
struct AlertRaised {
    WatchIndex watch;
    std::optional<Age> age;
    /// It had left search before anybody here ever saw it alive.
    bool old = false;
    /// It was registered, and has never beaten since; the age is that of its registration.
    bool neverBeat = false;
    SilenceCause cause = SilenceCause::ItsOwn;
};
enum class ResolveReason { BeatHeard, Deregistered };
struct AlertResolved {
    WatchIndex watch;
    ResolveReason reason;
};
/// How we see a registry has changed. One whose records cannot be read is not connected, though its
/// link is.
struct SightChanged {
    RegistryIndex registry;
    LinkState previous;
    LinkState shown;
};
/// We have been blind on a registry for longer than the budget.
struct RegistryAlertRaised {
    RegistryIndex registry;
    LinkState state;
};
struct RegistryAlertResolved {
    RegistryIndex registry;
};

/// It keeps going up and down, or has stopped to: told once each way.
struct FlappingChanged {
    WatchIndex watch;
    bool flapping;
};
/// Two processes beat with its key, or no longer do.
struct DoubledChanged {
    WatchIndex watch;
    bool doubled;
};

} // namespace effect

using Effect = std::variant<effect::ReadRecord, effect::ReadList, effect::WatchAdded,
                            effect::BeatSeen, effect::StateChanged, effect::AlertRaised,
                            effect::AlertResolved, effect::RegistryAlertRaised,
                            effect::RegistryAlertResolved, effect::ExplainOutage, effect::DialAnew,
                            effect::SightChanged, effect::FlappingChanged, effect::DoubledChanged>;

} // namespace heartline::liveness
