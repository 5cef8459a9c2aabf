// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace heartline::agent {

/// The members of an `agent.config.json` that matter here, in snake or camel case (the network's
/// CLI takes both; `webhook_port` is the old name of `server_port`). All may be missing.
struct AgentConfig {
    std::string name;
    std::string summary;
    std::string category;
    std::vector<std::string> tags;
    std::string registryUrl;
    std::string entityUrl;
    std::string keypairPath;
    std::string developerKeypairPath;
    std::optional<std::uint16_t> serverPort;
    std::optional<std::uint32_t> entityIndex;
};

[[nodiscard]] Result<AgentConfig> readAgentConfig(const std::string &path);

} // namespace heartline::agent
