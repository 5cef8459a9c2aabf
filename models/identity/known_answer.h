// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

namespace heartline::identity {

/// Known-answer test of signing, hashing and derivation, run once at every program's start. An
/// error means that this machine computes wrong signatures: the program must not go on.
[[nodiscard]] Result<void> runKnownAnswerTest();

} // namespace heartline::identity
