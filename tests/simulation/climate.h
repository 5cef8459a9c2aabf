// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/faults.h"
#include "simulation/random.h"

#include <array>

namespace heartline::simulation {

/// What one seed's world is like: which kinds of trouble it has, and how often each of them comes.
/// Some are nearly quiet, so that nothing else excuses what goes wrong; some have everything; and
/// half of them have one group of kinds very often, and little else.
class Climate {
public:
    /// Of a kind that a seed's group has.
    static constexpr double kOften = 5;

    /// Draws from `allowed`; all of it, as often as usual, where it is not to be varied.
    Climate(Random &random, FaultSet allowed, bool varied);

    /// Choreographies come at every registry.
    bool dense = false;

    [[nodiscard]] bool has(Fault fault) const { return m_kinds[place(fault)]; }
    /// How many times as often as usual.
    [[nodiscard]] double rate(Fault fault) const { return m_rates.at(place(fault)); }

private:
    static std::size_t place(Fault fault) { return static_cast<std::size_t>(fault); }

    FaultSet m_kinds;
    std::array<double, static_cast<std::size_t>(Fault::Count)> m_rates{};
};

} // namespace heartline::simulation
