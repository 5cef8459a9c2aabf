// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/climate.h"

namespace heartline::simulation {

Climate::Climate(Random &random, FaultSet allowed, bool varied) : m_kinds(allowed) {
    m_rates.fill(1);
    if (!varied)
        return;
    const double temper = random.unit();
    const double share = temper < 0.1 ? 0.15 : temper < 0.75 ? 0.5 : 1;
    for (std::size_t i = 0; i < m_kinds.size(); ++i) {
        // Nobody learns much where nobody dies.
        const bool always = i == place(Fault::Die) && random.chance(0.9);
        m_kinds[i] = m_kinds[i] && (random.chance(share) || always);
        const double often = random.unit();
        m_rates.at(i) = often < 0.3 ? 0.5 : often < 0.7 ? 1 : 3;
    }
}

} // namespace heartline::simulation
