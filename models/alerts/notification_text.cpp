// SPDX-License-Identifier: GPL-3.0-or-later
#include "alerts/notification_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace heartline::alerts {

namespace {

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

std::string raisedTitle(const std::vector<Alert> &raised) {
    const auto blind = std::count_if(raised.begin(), raised.end(), [](const Alert &a) {
        return a.kind == AlertKind::RegistryBlind;
    });
    if (all(raised, AlertKind::AgentFlapping))
        return raised.size() == 1 ? raised[0].name + " is flapping"
                                  : std::to_string(raised.size()) + " agents are flapping";
    if (raised.size() == 1)
        return blind == 1 ? "Blind on " + raised[0].name : raised[0].name + " is stale";
    if (blind == static_cast<std::ptrdiff_t>(raised.size()))
        return "Blind on " + std::to_string(blind) + " registries";
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
                ? notice.resolved[0].name + (notice.resolved[0].deregistered ? " is deregistered"
                                             : notice.resolved[0].kind == AlertKind::AgentFlapping
                                                 ? " is steady again"
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
    text.critical = !all(notice.raised, AlertKind::AgentFlapping);
    text.title = raisedTitle(notice.raised);
    const Alert &first = notice.raised[0];
    if (notice.raised.size() > 1) {
        text.body = names(notice.raised);
    } else if (first.kind == AlertKind::AgentFlapping) {
        text.body = "It keeps going up and down on " + first.registry + ".";
    } else if (first.kind == AlertKind::RegistryBlind) {
        text.body = "Its agents are unknown until it answers again. No agent alerts meanwhile.";
    } else if (first.downSince) {
        const Nanoseconds age = now - *first.downSince;
        text.body = "Last beat " + ageText(age) + " ago on " + first.registry + ".";
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
