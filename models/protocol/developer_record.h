// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/json.h"

namespace heartline::protocol {

/// `GET /v1/developers/{id}`. A peer's copy has empty `registered_at` and `signature`.
struct DeveloperRecord {
    std::string developerId;
    std::string name;
    std::string publicKey;
    std::string homeRegistry;
    std::optional<UtcTime> registeredAt;
    std::string signature;
};

[[nodiscard]] Result<DeveloperRecord> parseDeveloperRecord(std::string_view text);

} // namespace heartline::protocol
