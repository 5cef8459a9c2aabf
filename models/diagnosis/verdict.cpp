// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnosis/verdict.h"

#include "alerts/notification_text.h"

namespace heartline::diagnosis {

using alerts::ageText;
using liveness::AgentState;

namespace {

std::string silentText(Nanoseconds age, const HealthWitness &health) {
    const std::string last = "Last beat " + ageText(age) + " ago. ";
    switch (health.said) {
    case HealthWitness::Said::Ok:
        return last + "The process answers /health, its heartbeat does not reach the registry.";
    case HealthWitness::Said::WrongAgent:
        return last + "Another program answers at the agent's address.";
    case HealthWitness::Said::NoAnswer:
        return last + "Its /health does not answer either: the process seems to be gone.";
    case HealthWitness::Said::NotAsked:
        break;
    }
    return last + "The registry's record, read again since, shows no newer one.";
}

std::string silentTitle(const HealthWitness &health, const char *otherwise) {
    if (health.said == HealthWitness::Said::Ok)
        return "Alive, but unheard";
    return health.said == HealthWitness::Said::NoAnswer ? "Gone" : otherwise;
}

std::string leavesSearch(Nanoseconds age, const liveness::Thresholds &thresholds) {
    const Nanoseconds left = thresholds.inactive - age;
    return left > 0ns
               ? "Leaves search in " + ageText(left) + " – " + ageText(left + thresholds.sweep)
               : "Leaves search at the registry's next sweep";
}

Verdict silentVerdict(AgentState state, Nanoseconds age, const HealthWitness &health,
                      const liveness::Thresholds &thresholds) {
    if (state == AgentState::Stale)
        return {silentTitle(health, "Silent"), silentText(age, health),
                leavesSearch(age, thresholds)};
    return {silentTitle(health, "Out of search"), silentText(age, health),
            "Callers no longer find it; the next beat brings it back"};
}

Verdict neverBeatVerdict(Nanoseconds age, const liveness::Thresholds &thresholds) {
    return {"Never beat",
            "It was registered " + ageText(age) +
                " ago, and no heartbeat came since. Either it was not started, or it does not send "
                "heartbeats to this registry.",
            age < thresholds.inactive ? leavesSearch(age, thresholds)
                                      : "Callers do not find it; its first beat brings it in"};
}

} // namespace

Verdict verdictOf(const liveness::Judgement &judgement, liveness::LinkState link,
                  const HealthWitness &health, const liveness::Thresholds &thresholds) {
    const Nanoseconds age = judgement.age ? judgement.age->middle() : 0ns;
    switch (judgement.state) {
    case AgentState::Active:
        return {"Beating", "Last beat " + ageText(age) + " ago.", {}};
    case AgentState::Late:
        return {"A beat is overdue",
                "Last beat " + ageText(age) + " ago; one is due every " +
                    ageText(thresholds.period) + ".",
                {}};
    case AgentState::Stale:
    case AgentState::Inactive:
        if (judgement.neverBeat)
            return neverBeatVerdict(age, thresholds);
        return silentVerdict(judgement.state, age, health, thresholds);
    case AgentState::Registered:
        return {
            "Registered, no beat yet",
            "The registry has its record, but no heartbeat was ever heard. Registering alone looks "
            "alive for five minutes.",
            {}};
    case AgentState::Deregistered:
        return {"Deregistered", "The registry no longer has this agent.", {}};
    case AgentState::Unknown:
        break;
    }
    if (!liveness::isSighted(link))
        return {"Unknown",
                "The registry is " + std::string(liveness::linkWord(link)) +
                    ": what its agents do cannot be seen from here.",
                {}};
    if (judgement.missing)
        return {"Not known there any more",
                "The registry has no record of it, and was not heard to deregister it. If it was "
                "removed on purpose, say so; otherwise its owner has to register it anew.",
                {}};
    return {"Unknown",
            "Its record has not been read since the registry came back, or could not be.",
            {}};
}

} // namespace heartline::diagnosis
