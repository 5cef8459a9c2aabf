// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/manual_clock.h"

namespace heartline::test {

void ManualClock::advance(Nanoseconds by) {
    m_mono += by.count();
    m_utc += by.count();
}

} // namespace heartline::test
