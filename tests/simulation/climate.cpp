// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/climate.h"

#include <vector>

namespace heartline::simulation {

namespace {
/// Kinds of trouble of which rules speak together, so that each is met often somewhere.
std::vector<std::vector<Fault>> themes() {
    return {
        {Fault::Elsewhere, Fault::NeverBeat, Fault::Join, Fault::Deregister, Fault::Forged},
        {Fault::Elsewhere, Fault::ServerError, Fault::NoRecords, Fault::Kept, Fault::InTurn},
        {Fault::Cached, Fault::Forged, Fault::Cut, Fault::InTurn, Fault::Quit},
        {Fault::Cached, Fault::Together, Fault::InTurn},
        {Fault::ClockStep, Fault::WrongDate, Fault::DropEvents, Fault::Cut, Fault::Join,
         Fault::Moment},
        {Fault::ClockStep, Fault::WrongDate, Fault::Strip, Fault::Cut, Fault::Join, Fault::InTurn},
        {Fault::WrongDate, Fault::OwnClock, Fault::Quit, Fault::Moment, Fault::Strip},
        {Fault::Cut, Fault::Together, Fault::InTurn, Fault::SharedLine, Fault::Restart},
        {Fault::Cut, Fault::Forged, Fault::ClockStep, Fault::InTurn},
        {Fault::Kept, Fault::Restart, Fault::InTurn},
        {Fault::Restart, Fault::Database, Fault::Hiccups, Fault::InTurn, Fault::Quit,
         Fault::Moment},
        {Fault::RateLimit, Fault::NoRecords, Fault::Together, Fault::LostReads},
        {Fault::Forged, Fault::NeverBeat, Fault::Join, Fault::Quit, Fault::Moment},
        {Fault::Metered, Fault::Together, Fault::Cut, Fault::Slow},
        {Fault::Unexplained, Fault::Hiccups, Fault::Cut, Fault::Database},
        {Fault::IllRecord, Fault::Mislabelled, Fault::Flap, Fault::Cut},
        {Fault::Lost, Fault::Cut, Fault::Restart, Fault::Deregister},
    };
}
} // namespace

Climate::Climate(Random &random, FaultSet allowed, bool varied) : m_kinds(allowed) {
    m_rates.fill(1);
    if (!varied)
        return;
    const bool themed = random.chance(0.5);
    const auto groups = themes();
    const auto &theme = groups.at(random.index(static_cast<int>(groups.size())));
    const double temper = random.unit();
    const double share = themed ? 0.15 : temper < 0.1 ? 0.15 : temper < 0.75 ? 0.5 : 1;
    for (std::size_t i = 0; i < m_kinds.size(); ++i) {
        // Nobody learns much where nobody dies.
        const bool always = i == place(Fault::Die) && random.chance(0.9);
        m_kinds[i] = m_kinds[i] && (random.chance(share) || always);
        const double often = random.unit();
        m_rates.at(i) = often < 0.3 ? 0.5 : often < 0.7 ? 1 : 3;
    }
    if (!themed)
        return;
    for (const Fault fault : theme) {
        m_kinds[place(fault)] = allowed[place(fault)];
        m_rates.at(place(fault)) = kOften;
    }
}

} // namespace heartline::simulation
