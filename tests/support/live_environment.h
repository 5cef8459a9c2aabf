// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/environment.h"
#include "base/system_clock.h"
#include "host/qt_scheduler.h"
#include "http/qt_transport.h"

namespace heartline::test {

/// Real time, Qt's timers and real sockets.
struct LiveEnvironment {
    explicit LiveEnvironment(http::Trust trust = http::Trust::fromEnvironment())
        : transport(clock, std::move(trust)) {}

    SystemClock clock;
    host::QtScheduler scheduler;
    http::QtTransport transport;
    /// Use this.
    const Environment all{clock, scheduler, transport, 1};
};

} // namespace heartline::test
