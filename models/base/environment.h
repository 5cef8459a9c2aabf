// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/scheduler.h"
#include "base/transport.h"

namespace heartline {

/// All that comes from outside to what decides. Live it is made of Qt (models/host, models/http),
/// in the simulator of virtual time and a modelled network. What it names outlives its users.
struct Environment {
    const Clock &clock;
    Scheduler &scheduler;
    Transport &transport;
    /// Of all chance.
    std::uint64_t seed;
};

} // namespace heartline
