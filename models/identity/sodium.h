// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartline::identity {

/// Starts libsodium once; thread-safe. Aborts the process if it cannot start: nothing here can be
/// right without it.
void ensureSodium();

/// Overwrites memory in a way the compiler keeps.
void wipe(void *data, std::size_t size);

} // namespace heartline::identity
