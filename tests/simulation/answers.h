// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/front.h"

namespace heartline::simulation {

/// What a registry writes, as bytes: bodies of its answers, and frames of its stream. Source:
/// recordings of deployed registries (tests/data/recordings).
namespace answers {

/// Whose agents all of ours are.
inline constexpr std::string_view kDeveloper = "zns:dev:11111111111111111111111111111111";
/// The registry's id; another's when something else answers in its place.
[[nodiscard]] std::string registryId(int registry, bool other);

[[nodiscard]] std::string info(int registry, bool other);
[[nodiscard]] std::string status(int registry, Nanoseconds uptime);
[[nodiscard]] std::string error(std::string_view text);
[[nodiscard]] std::string record(std::string_view id, std::string_view developer,
                                 const liveness::RecordFacts &facts);
/// A stranger's, of which nothing but its last beat is of interest.
[[nodiscard]] std::string strangersRecord(std::string_view id, UtcTime beat);
/// `count`: what it says of how many there are.
[[nodiscard]] std::string list(const std::vector<std::string> &records, std::size_t count);

[[nodiscard]] std::string greeting(UtcTime now);
[[nodiscard]] std::string frame(const StreamEvent &event, std::string_view id);

} // namespace answers
} // namespace heartline::simulation
