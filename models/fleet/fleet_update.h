// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "alerts/alert_book.h"
#include "diagnosis/reconnect_procedure.h"
#include "diagnosis/verdict.h"
#include "liveness/agent_roster.h"
#include "liveness/core.h"

#include <string>
#include <vector>

namespace heartline::fleet {

using liveness::AgentIndex;

/// What hardly ever changes of an agent. Texts are cleaned for display.
struct AgentFacts {
    AgentIndex index = 0;
    std::string entityId;
    std::string name;
    std::vector<std::string> tags;
    /// The registry whose view is shown, and all that know it.
    std::uint32_t registry = 0;
    std::vector<std::uint32_t> registries;
    /// The record proves that it belongs to this developer.
    bool proved = false;
    bool runsHere = false;
    bool operator==(const AgentFacts &) const = default;
};

/// What changes with every beat.
struct AgentLife {
    AgentIndex index = 0;
    liveness::AgentState state = liveness::AgentState::Unknown;
    /// When the last beat was, on our monotonic clock; nothing before one is known. Of one that
    /// never beat, when it was registered: from then on its time runs.
    std::optional<MonoTime> lastBeat;
    /// That beat is a new one, to be drawn.
    bool beat = false;
    bool alerted = false;
    bool flapping = false;
    /// Two processes beat with its key.
    bool doubled = false;
    /// Whether a search finds it; nothing before it was tried.
    std::optional<bool> inSearch;
    /// It was registered over 90 s ago, and no record ever showed a beat.
    bool neverBeat = false;
    /// Its registry has no record of it any more: nothing is observed.
    bool missing = false;
    /// Where its home is not watched: what a copy says, "active on zns02.zynd.ai"; or empty.
    std::string copySays;
    /// What other registries say against the shown one: "inactive on zns02.zynd.ai"; or empty.
    std::string dissent;
};

struct RegistryLife {
    std::uint32_t index = 0;
    std::string url;
    std::string host;
    std::string name;
    liveness::LinkState link = liveness::LinkState::Connecting;
    std::string detail;
    std::optional<MonoTime> nextTryAt;
    std::optional<Nanoseconds> roundTrip;
    /// Its clock against ours, in seconds; nothing before it is known.
    std::optional<double> clockAhead;
    double clockUncertainty = 0;
    /// While it is seen: when anything was last heard of it; else since when it is not.
    MonoTime lastContact;
    /// Its records can be read.
    bool sighted = false;
    int agents = 0;
    /// Why its list of agents cannot be read, or which entries of it; empty when all is well.
    std::string listError;
};

/// One line of evidence: who says what, when.
struct EvidenceLine {
    enum class Mark { Good, Bad, Neutral };
    Mark mark = Mark::Neutral;
    std::string witness;
    std::string says;
    std::string when;
};

/// The home of an agent of which only gossiped copies are known here.
struct HomeOffer {
    std::string registryId;
    std::string name;
    /// A guess from what its peers say; the operator knows better.
    std::string url;
};

/// Everything about the one agent whose details are open.
struct AgentDetail {
    AgentIndex index = 0;
    diagnosis::Verdict verdict;
    std::vector<EvidenceLine> evidence;
    std::vector<std::pair<std::string, std::string>> record;
    std::vector<diagnosis::ReconnectStep> steps;
    bool reconnecting = false;
    /// Its registry no longer knows it: the operator may say that it was removed.
    bool missing = false;
    std::optional<UtcTime> reconnectStartedAt;
    std::optional<HomeOffer> home;
};

/// All that changed since the last one.
struct FleetUpdate {
    std::vector<AgentFacts> facts;
    std::vector<AgentLife> lives;
    std::vector<RegistryLife> registries;
    alerts::AlertBook::Changes alerts;
    std::optional<alerts::Notice> notice;
    std::optional<AgentDetail> detail;
    /// Agents whose reconnect procedure started or ended.
    std::vector<std::pair<AgentIndex, bool>> reconnecting;
    /// Key files whose agents no registry knows.
    std::optional<std::vector<std::string>> unregistered;
    /// Whether every registry has been read once, or has failed.
    std::optional<bool> settled;
    [[nodiscard]] bool empty() const {
        return facts.empty() && lives.empty() && registries.empty() && alerts.empty() && !notice &&
               !detail && reconnecting.empty() && !unregistered && !settled;
    }
};

} // namespace heartline::fleet
