// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <string>

namespace heartline::node {

/// A duration as Go prints it, "14m59.381473319s": the form of `uptime` in the network status.
[[nodiscard]] std::string goDuration(Nanoseconds duration);

} // namespace heartline::node
