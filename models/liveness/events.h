// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/evidence.h"
#include "liveness/link_state.h"

#include <string>
#include <variant>
#include <vector>

namespace heartline::liveness {

/// Numbers the core hands out; they stay valid for its life.
using RegistryIndex = std::uint32_t;
using WatchIndex = std::uint32_t;

/// What can happen to the core. Entities are named by their registry and id.
namespace event {

/// `entity_heartbeat` came on the stream.
struct BeatHeard {
    RegistryIndex registry;
    std::string_view entityId;
    UtcTime stamp;
};
/// The stream told a beat of somebody else's agent; told once a second at the most. It shows that
/// the registry hears.
struct OthersHeard {
    RegistryIndex registry;
    UtcTime stamp;
};
/// `entity_became_active`: a new connection of the agent.
struct ConnectionSeen {
    RegistryIndex registry;
    std::string_view entityId;
};
/// The stream says that something changed (inactive, deregistered, registered anew): only the
/// record tells what.
struct ChangeHinted {
    RegistryIndex registry;
    std::string_view entityId;
    /// Just registered: may be one of ours that we do not know yet.
    bool registered = false;
    /// Just deregistered, which ends it when its record confirms that.
    bool deregistered = false;
};
/// What a record came by: a request of its own, or a list. One may work where the other does not.
enum class ReadBy { Itself, List };
/// A record of an agent came; an unknown id is watched from now on.
struct RecordRead {
    RegistryIndex registry;
    std::string entityId;
    RecordFacts record;
    MonoTime sentAt;
    /// Proved to be ours, or named by the operator; once so, it stays so. Others are silent.
    bool owned = true;
    ReadBy by = ReadBy::Itself;
};
/// The registry's own 404 for a record.
struct RecordMissing {
    RegistryIndex registry;
    std::string entityId;
    MonoTime sentAt;
};
/// A record came that is somebody else's.
struct StrangerRead {
    RegistryIndex registry;
    std::string entityId;
    MonoTime sentAt;
};
struct ReadFailed {
    RegistryIndex registry;
    std::string entityId;
    /// What the failure makes of a registry that answers nothing else.
    LinkState as = LinkState::Refusing;
    /// By 429: leave it alone for a while.
    bool limited = false;
};
/// A read came to nothing because we dropped it ourselves: no failure, and still wanted.
struct ReadCancelled {
    RegistryIndex registry;
    std::string entityId;
};
/// A list was asked for by the core, and is through or failed.
struct ListRead {
    RegistryIndex registry;
    bool good;
    /// It holds all owned agents, so that one that is not in it is worth a read of its own; without
    /// pages, that the developer's list holds them all.
    bool complete;
    MonoTime sentAt;
    /// Pages of the registry's own list that it took; 0 where the developer's sufficed.
    std::size_t pages = 0;
    /// As in ReadFailed, where it is not good.
    LinkState as = LinkState::Refusing;
    bool limited = false;
    /// As ReadCancelled.
    bool cancelled = false;
    /// Entries that could not be decoded: who is not named may be one of them.
    std::size_t unread = 0;
};
/// One answer of a list came, its records were read, and the list goes on or is through.
struct ListProgress {
    RegistryIndex registry;
    MonoTime sentAt;      ///< when the answer that came was asked for
    bool limited = false; ///< it was a 429, and is asked for again later
    Nanoseconds rest{};   ///< before that, where it is longer than what was ordered
};
struct LinkChanged {
    RegistryIndex registry;
    LinkState state;
    /// When we last heard anything from it.
    MonoTime lastContact;
};
/// What a registry tells of itself after a blind time, by which we learn whose fault it was.
struct OutageExplained {
    RegistryIndex registry;
    /// How long its process runs; nothing where it does not say.
    std::optional<Nanoseconds> uptime;
    /// Last beats of agents there, ours or not, as their records show them.
    struct Witness {
        std::string entityId;
        UtcTime beat;
    };
    std::vector<Witness> witnesses;
    MonoTime sentAt;
};
struct OutageUnexplained {
    RegistryIndex registry;
    bool limited = false; ///< as in ReadFailed
};
/// This machine, or this process, did not run since then.
struct Woke {
    MonoTime sleptAt;
};
/// Known from an earlier run of this program: taken in before anything else of this agent.
struct Remembered {
    RegistryIndex registry;
    std::string entityId;
    std::optional<UtcTime> registeredAt;
    /// The last beat. Its place in time is on this run's clock, although an earlier run saw it.
    std::optional<BeatFact> beat;
    /// A record has shown a beat; what was only heard may have been forged.
    bool everBeat = false;
    bool gone = false;
    /// An alert fires, so it is not raised again.
    bool alerted = false;
    /// As in RecordRead.
    bool owned = true;
};
/// The operator says that an agent is no more.
struct EndAccepted {
    WatchIndex watch;
};
/// The operator asks for this one now.
struct ReadWanted {
    WatchIndex watch;
};
/// Something was asked of it that the core did not order: it counts against what it allows.
struct AskedBesides {
    RegistryIndex registry;
};
struct Tick {};

} // namespace event

using Event =
    std::variant<event::BeatHeard, event::OthersHeard, event::ConnectionSeen, event::ChangeHinted,
                 event::RecordRead, event::RecordMissing, event::StrangerRead, event::ReadFailed,
                 event::ReadCancelled, event::ListRead, event::ListProgress, event::LinkChanged,
                 event::EndAccepted, event::ReadWanted, event::OutageExplained,
                 event::OutageUnexplained, event::Woke, event::Remembered, event::AskedBesides,
                 event::Tick>;

} // namespace heartline::liveness
