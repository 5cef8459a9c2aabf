// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/link.h"
#include "simulation/wire.h"
#include "watch/registry_desk.h"

namespace heartline::simulation {

/// The program's own client of one registry, over bytes.
class WireLink final : public Link {
public:
    struct Hooks {
        std::function<void(const liveness::Event &)> feed;
        std::function<liveness::RegistryClock &()> clock;
        std::function<bool(std::string_view entityId)> wanted;
    };
    WireLink(EventQueue &queue, Random &random, World &world, int registry, ProgramTime &time,
             Hooks hooks);

    void start() override;
    void sleep() override;
    void wake() override;
    void quit() override;
    void dialAnew() override;
    void readRecord(int agent, bool urgent) override;
    void readList(bool paging, Nanoseconds rest) override;
    void explainOutage() override;
    void loseStreamSilently() override;
    void cutNow() override;
    void replacedNow() override { cutNow(); }
    [[nodiscard]] liveness::LinkState state() const override { return m_state; }

private:
    void feed(const liveness::Event &event);
    void linkChanged();
    [[nodiscard]] bool tellsOfBeats() const override;
    [[nodiscard]] bool isWiped() const { return m_world.registries()[m_registry].wiped; }
    [[nodiscard]] liveness::RegistryIndex index() const {
        return static_cast<liveness::RegistryIndex>(m_registry);
    }

    Random &m_random;
    World &m_world;
    ProgramTime &m_time;
    const Hooks m_hooks;
    liveness::LinkState m_state = liveness::LinkState::Connecting;
    std::unique_ptr<Wire> m_wire;
    std::unique_ptr<watch::RegistryDesk> m_desk;
    /// What outlives the program.
    std::string m_expectedId;
};

} // namespace heartline::simulation
