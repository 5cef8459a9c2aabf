// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/sodium.h"

#include <cstdlib>
#include <sodium.h>

namespace heartline::identity {

void ensureSodium() {
    static const int result = sodium_init();
    if (result < 0)
        std::abort();
}

void wipe(void *data, std::size_t size) {
    sodium_memzero(data, size);
}

} // namespace heartline::identity
