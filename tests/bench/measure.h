// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace heartline::bench {

/// One figure: `ratio` is `value` by what `baseline` says in words, measured in the same run.
struct Figure {
    std::string name;
    double value = 0;
    std::string unit;
    std::string baseline;
    double ratio = 0;
    std::string target;
};
using Figures = std::vector<Figure>;

[[nodiscard]] double median(std::vector<double> values);
/// Processor time that a process has used, in ms.
[[nodiscard]] double cpuMs(pid_t process);
/// Resident memory of a process, in MB.
[[nodiscard]] double residentMb(pid_t process);
/// Seconds on the monotonic clock.
[[nodiscard]] double now();
/// Nanoseconds that one of `count` calls takes.
[[nodiscard]] double nsPerCall(int count, const std::function<void()> &call);

/// Each measures the figures of its name: `alert.*`, `node.*`, `parse.*`, `simulate.*`.
void benchAlert(Figures &figures);
void benchSimulate(Figures &figures);
void benchParse(Figures &figures);
void benchNode(Figures &figures);
void benchNodeWait(Figures &figures);

} // namespace heartline::bench
