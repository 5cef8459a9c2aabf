// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "diagnosis/verdict.h"
#include "http/rest_client.h"

namespace heartline::diagnosis {

/// To which of the addresses that records name a request may be sent at all.
enum class ProbePolicy { Never, LoopbackOnly, Any };

/// Whether `policy` allows a request to this address; the reason when it does not.
[[nodiscard]] Result<void> mayProbe(ProbePolicy policy, const std::string &entityUrl);

/// Asks `<entityUrl>/health` and compares the id in the answer: the usual record names
/// `http://localhost:5000`, where another program may answer. Does not check any policy.
void probeHealth(http::RestClient &rest, const std::string &entityUrl, const std::string &entityId,
                 std::function<void(HealthWitness, Nanoseconds took)> callback);

} // namespace heartline::diagnosis
