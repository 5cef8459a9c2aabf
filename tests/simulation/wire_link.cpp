// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/wire_link.h"

#include "simulation/answers.h"

namespace heartline::simulation {

namespace event = liveness::event;
namespace effect = liveness::effect;
using liveness::LinkState;

WireLink::WireLink(EventQueue &queue, Random &random, World &world, int registry, ProgramTime &time,
                   Hooks hooks)
    : Link(queue, random, world, registry), m_random(random), m_world(world), m_time(time),
      m_hooks(std::move(hooks)) {}

void WireLink::start() {
    m_wire = std::make_unique<Wire>(m_queue, m_random, m_world, m_front, m_registry, m_time,
                                    Wire::Told{.refused = [this] { noteRefusal(); },
                                               .asked = [this](int agent) { noteAsked(agent); }});
    m_desk = std::make_unique<watch::RegistryDesk>(
        index(), "http://registry", std::string(answers::kDeveloper),
        Environment{m_time, m_time, *m_wire, m_random.next()}, m_hooks.clock(),
        watch::RegistryDesk::Hooks{
            .feed = [this](const liveness::Event &fed) { feed(fed); },
            .wanted = m_hooks.wanted,
            .took =
                [this](const protocol::EntityRecord &record, MonoTime sentAt, event::ReadBy by) {
                    feed(event::RecordRead{index(), record.entityId,
                                           liveness::RecordFacts::of(record), sentAt, true, by});
                },
            .failed = [](const std::string &, const Error &) {},
            .linkChanged = [this] { linkChanged(); },
            .listed = [] {}});
    if (!m_expectedId.empty())
        m_desk->client().expectRegistry(m_expectedId);
    m_desk->client().start();
}

void WireLink::sleep() {
    m_wire->sleep();
    if (liveness::isSighted(std::exchange(m_state, LinkState::Connecting)))
        noteBlind();
}

void WireLink::wake() {
    m_wire->wake();
}

void WireLink::quit() {
    if (!m_desk)
        return;
    m_expectedId = m_desk->client().expectedRegistry();
    m_desk.reset();
    m_wire.reset();
    if (liveness::isSighted(std::exchange(m_state, LinkState::Connecting)))
        noteBlind();
}

void WireLink::feed(const liveness::Event &fed) {
    const auto *progress = std::get_if<event::ListProgress>(&fed);
    if (std::holds_alternative<event::RecordRead>(fed) ||
        std::holds_alternative<event::RecordMissing>(fed) || (progress && !progress->limited))
        noteRecords(isWiped());
    else if (std::holds_alternative<event::OutageExplained>(fed))
        noteGoodRead(isWiped());
    m_hooks.feed(fed);
}

void WireLink::linkChanged() {
    const LinkState state = m_desk->client().link();
    const bool before = liveness::isSighted(std::exchange(m_state, state));
    const bool after = liveness::isSighted(state);
    if (before && !after)
        noteBlind();
    if (!before && after)
        noteSight();
}

void WireLink::dialAnew() {
    m_desk->perform(effect::DialAnew{index()});
}

void WireLink::readRecord(int agent, bool urgent) {
    m_desk->perform(effect::ReadRecord{index(), m_world.agents()[agent].id, urgent});
}

void WireLink::readList(bool paging, Nanoseconds rest) {
    m_desk->perform(effect::ReadList{index(), paging, false, rest});
}

void WireLink::explainOutage() {
    m_desk->perform(effect::ExplainOutage{index()});
}

void WireLink::loseStreamSilently() {
    if (m_wire)
        m_wire->loseStreamSilently();
}

void WireLink::cutNow() {
    if (m_wire)
        m_wire->closeStream();
}

bool WireLink::tellsOfBeats() const {
    return m_wire && m_wire->tellsOfBeats();
}

} // namespace heartline::simulation
