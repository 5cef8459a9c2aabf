// SPDX-License-Identifier: GPL-3.0-or-later
#include "alerts/notification_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

namespace heartline::alerts {

namespace {

using liveness::effect::SilenceCause;

constexpr std::size_t kNamed = 5;

std::string names(const std::vector<Alert> &alerts) {
    std::string text;
    for (std::size_t i = 0; i < std::min(alerts.size(), kNamed); ++i)
        text += (i > 0 ? ", " : "") + alerts[i].name;
    if (alerts.size() > kNamed)
        text += " and " + std::to_string(alerts.size() - kNamed) + " more";
    return text;
}

bool all(const std::vector<Alert> &alerts, AlertKind kind) {
    return std::all_of(alerts.begin(), alerts.end(),
                       [kind](const Alert &a) { return a.kind == kind; });
}

/// Empty where they have no cause in common.
std::string causeTitle(const std::vector<Alert> &raised) {
    const Alert &first = raised[0];
    const bool common = std::all_of(raised.begin(), raised.end(), [&](const Alert &alert) {
        return alert.kind == AlertKind::AgentStale && alert.cause == first.cause &&
               alert.registry == first.registry;
    });
    if (!common || first.cause == SilenceCause::ItsOwn)
        return {};
    return first.cause == SilenceCause::AllOfOurs
               ? "All your agents on " + first.registry + " are silent"
               : first.registry + " hears nobody";
}

std::string raisedTitle(const std::vector<Alert> &raised) {
    // Beside what is urgent, the rest is named in the body alone.
    std::vector<Alert> urgent;
    std::copy_if(raised.begin(), raised.end(), std::back_inserter(urgent),
                 [](const Alert &alert) { return !alert.isLower(); });
    if (!urgent.empty() && urgent.size() < raised.size())
        return raisedTitle(urgent);
    const auto blind = std::count_if(raised.begin(), raised.end(), [](const Alert &a) {
        return a.kind == AlertKind::RegistryBlind;
    });
    if (all(raised, AlertKind::AgentSilentThere))
        return raised.size() == 1 ? raised[0].name + " is silent on " + raised[0].registry
                                  : std::to_string(raised.size()) +
                                        " agents are silent on one of their registries";
    if (all(raised, AlertKind::AgentFlapping))
        return raised.size() == 1 ? raised[0].name + " is flapping"
                                  : std::to_string(raised.size()) + " agents are flapping";
    if (raised.size() == 1 && raised[0].cause != SilenceCause::ItsOwn)
        return causeTitle(raised);
    if (raised.size() == 1)
        return blind == 1            ? "Blind on " + raised[0].name
               : raised[0].neverBeat ? raised[0].name + " has never beaten"
                                     : raised[0].name + " is stale";
    if (blind == static_cast<std::ptrdiff_t>(raised.size()))
        return "Blind on " + std::to_string(blind) + " registries";
    if (std::string cause = causeTitle(raised); !cause.empty())
        return cause;
    return std::to_string(raised.size() - static_cast<std::size_t>(blind)) + " agents are stale";
}

} // namespace

std::string ageText(Nanoseconds age) {
    const long long seconds = std::max<long long>(age / 1s, 0);
    std::array<char, 48> text{};
    if (seconds < 3600)
        std::snprintf(text.data(), text.size(), "%lld:%02lld", seconds / 60, seconds % 60);
    else if (seconds < 86400)
        std::snprintf(text.data(), text.size(), "%lld h %lld min", seconds / 3600,
                      seconds / 60 % 60);
    else
        std::snprintf(text.data(), text.size(), "%lld d %lld h", seconds / 86400,
                      seconds / 3600 % 24);
    return text.data();
}

NotificationText notificationText(const Notice &notice, const liveness::Thresholds &thresholds,
                                  UtcTime now) {
    NotificationText text;
    if (notice.raised.empty()) {
        text.title =
            notice.resolved.size() == 1
                ? notice.resolved[0].name +
                      (notice.resolved[0].deregistered                       ? " is deregistered"
                       : notice.resolved[0].kind == AlertKind::AgentFlapping ? " is steady again"
                       : notice.resolved[0].kind == AlertKind::AgentSilentThere
                           ? " is heard on " + notice.resolved[0].registry
                           : " is back")
                : std::to_string(notice.resolved.size()) + " are back";
        if (notice.resolved.size() > 1)
            text.body = names(notice.resolved);
        else if (const Alert &alert = notice.resolved[0];
                 alert.downSince && alert.resolvedAt && !alert.deregistered)
            text.body = "Silent for " + ageText(*alert.resolvedAt - *alert.downSince) + " on " +
                        alert.registry + ".";
        return text;
    }
    if (notice.raised[0].old) { // they come by themselves
        const std::size_t count = notice.raised.size();
        text.title = count == 1 ? notice.raised[0].name + " was silent already"
                                : std::to_string(count) + " agents were silent already";
        text.body = names(notice.raised) + "\nThey had left search when they were first seen here.";
        if (count == 1)
            text.body = "It had left search when it was first seen here.";
        return text;
    }
    text.critical = !std::all_of(notice.raised.begin(), notice.raised.end(),
                                 [](const Alert &alert) { return alert.isLower(); });
    text.title = raisedTitle(notice.raised);
    const Alert &first = notice.raised[0];
    if (notice.raised.size() > 1) {
        text.body = names(notice.raised);
    } else if (first.kind == AlertKind::AgentFlapping) {
        text.body = "It keeps going up and down on " + first.registry + ".";
    } else if (first.kind == AlertKind::AgentSilentThere) {
        text.body = "It beats at another registry, and leaves the search of this one.";
    } else if (first.kind == AlertKind::RegistryBlind) {
        text.body = "It is " + first.reason +
                    ": its agents are unknown until that ends. No agent alerts meanwhile.";
    } else if (first.downSince) {
        const Nanoseconds age = now - *first.downSince;
        if (first.cause != SilenceCause::ItsOwn)
            text.body = first.name + ": ";
        text.body += first.neverBeat ? "Registered " : "Last beat ";
        text.body += ageText(age) + " ago on " + first.registry + ".";
        if (age < thresholds.inactive)
            text.body += " Leaves search in " + ageText(thresholds.inactive - age) + " – " +
                         ageText(thresholds.inactive + thresholds.sweep - age) + ".";
        else
            text.body += " It has left search.";
    }
    if (!notice.resolved.empty())
        text.body += "\nBack: " + names(notice.resolved);
    return text;
}

} // namespace heartline::alerts
