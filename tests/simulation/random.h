// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstdint>

namespace heartline::simulation {

/// SplitMix64: the same numbers from the same seed with every standard library, which its
/// distributions do not promise.
class Random {
public:
    /// Seeds are mixed first: streams of neighbouring seeds would be one stream, shifted by one.
    explicit Random(std::uint64_t seed) : m_state(seed) {
        m_state = next() ^ (seed << 32);
        m_state = next();
    }
    std::uint64_t next() {
        m_state += 0x9E3779B97F4A7C15ULL;
        std::uint64_t z = m_state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// In [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    double between(double low, double high) { return low + (high - low) * unit(); }
    Nanoseconds seconds(double low, double high) { return fromSeconds(between(low, high)); }
    bool chance(double probability) { return unit() < probability; }
    /// In [0, count).
    int index(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }

private:
    std::uint64_t m_state;
};

} // namespace heartline::simulation
