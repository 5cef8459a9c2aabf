// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

namespace heartline {

class SystemClock final : public Clock {
public:
    [[nodiscard]] MonoTime mono() const override;
    [[nodiscard]] UtcTime utc() const override;
};

} // namespace heartline
