// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch_screen.h"

#include "alerts/notification_text.h"
#include "protocol/display_text.h"
#include "protocol/registry_url.h"

#include <QString>
#include <algorithm>
#include <tuple>

namespace heartline::ctl {

using liveness::AgentState;

namespace {

struct Look {
    const char *shape;
    const char *colour;
};

Look lookOf(AgentState state) {
    switch (state) {
    case AgentState::Active:
        return {"●", "\033[32m"};
    case AgentState::Late:
        return {"▲", "\033[33m"};
    case AgentState::Stale:
        return {"◆", "\033[31m"};
    case AgentState::Inactive:
        return {"■", "\033[35m"};
    case AgentState::Registered:
        return {"○", "\033[34m"};
    case AgentState::Deregistered:
        return {"–", "\033[90m"};
    case AgentState::Unknown:
        break;
    }
    return {"?", "\033[90m"};
}

std::string sentence(const fleet::FleetEngine &engine) {
    if (!engine.isSettled())
        return "Looking for your agents …";
    bool listed = true;
    for (std::uint32_t i = 0; i < engine.core().registryCount(); ++i)
        listed = listed && engine.listError(i).empty() && engine.core().registry(i).sight.since;
    std::size_t needy = 0;
    const std::size_t all = engine.core().watchCount();
    for (std::uint32_t i = 0; i < all; ++i)
        needy += engine.core().watch(i).alerted ? 1U : 0U;
    if (all == 0)
        return listed ? "No agents yet" : "The list of your agents cannot be read";
    if (needy == 0)
        return "No agent needs you, " + std::to_string(all) + " watched";
    return needy == 1 ? "1 agent needs you" : std::to_string(needy) + " agents need you";
}

std::string padded(const std::string &text, int width) {
    const QString shown = QString::fromStdString(text);
    if (shown.size() > width)
        return (shown.left(width - 1) + QChar(0x2026)).toStdString();
    return shown.leftJustified(width).toStdString();
}

} // namespace

std::string screenText(const fleet::FleetEngine &engine, int columns, int rows, bool colour) {
    std::string text = sentence(engine);
    if (!engine.options().label.empty())
        text += "   [" + engine.options().label + "]";
    text += "\n";
    for (std::size_t i = 0; i < engine.options().registries.size(); ++i) {
        const auto index = static_cast<std::uint32_t>(i);
        const std::string trouble = engine.core().registry(index).sight.since
                                        ? engine.listError(index)
                                        : engine.trouble(index);
        text += protocol::registryHost(engine.registry(index).url()) + ": " +
                std::string(liveness::linkWord(engine.core().registry(index).shown()));
        if (!trouble.empty())
            text += " — " + protocol::displayText(trouble, 100);
        text += "\n";
    }
    text += "\n";

    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < engine.core().watchCount(); ++i)
        order.push_back(i);
    const auto factsOf = [&engine](liveness::WatchIndex watch) -> const fleet::AgentFacts & {
        return engine.facts(engine.roster().agentOf(watch));
    };
    const auto key = [&](liveness::WatchIndex i) {
        return std::tuple(liveness::stateNeed(engine.core().watch(i).judgement.state),
                          factsOf(i).name, i);
    };
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) < key(b); });
    const int room = std::max(rows - 5 - static_cast<int>(engine.options().registries.size()), 3);
    const int nameWidth = std::clamp(columns - 46, 12, 40);
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (static_cast<int>(i) == room) {
            text += "… and " + std::to_string(order.size() - i) + " more\n";
            break;
        }
        const liveness::Watch &watch = engine.core().watch(order[i]);
        const fleet::AgentFacts &facts = factsOf(order[i]);
        const Look look = lookOf(watch.judgement.state);
        const bool aged = watch.judgement.age && watch.judgement.state != AgentState::Registered;
        const std::string age = aged ? alerts::ageText(watch.judgement.age->middle()) : "—";
        text += (colour ? look.colour : "") + std::string(look.shape) + " " +
                (colour ? "\033[0m" : "") + padded(facts.name, nameWidth) + " " +
                padded(std::string(liveness::stateWord(watch.judgement.state)), 13) +
                padded(age, 12) + protocol::registryHost(engine.registry(watch.registry).url()) +
                (watch.flaps.isFlapping() ? "  flapping" : "") +
                (watch.doubled ? "  two processes" : "") +
                (watch.judgement.neverBeat ? "  never beat" : "") +
                (facts.proved ? "" : "  not proved") + "\n";
    }
    return text;
}

} // namespace heartline::ctl
