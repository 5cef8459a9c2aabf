// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace heartline::app {

/// What every program does first: names itself to Qt, proves its cryptography. False after saying
/// on standard error why the program must not go on.
[[nodiscard]] bool startUp();

} // namespace heartline::app
