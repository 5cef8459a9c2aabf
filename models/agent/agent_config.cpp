// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agent_config.h"

#include "base/atomic_file.h"
#include "protocol/json.h"

namespace heartline::agent {

Result<AgentConfig> readAgentConfig(const std::string &path) {
    const auto content = readFile(path, 1024 * 1024);
    if (!content)
        return tl::unexpected(content.error());
    const auto json = protocol::parseObject(*content);
    if (!json)
        return fail(ErrorKind::InvalidInput, path + ": " + json.error().message);
    const auto text = [&json](const char *snake, const char *camel) {
        return protocol::stringOr(*json, snake, protocol::stringOr(*json, camel, {}));
    };
    const auto number = [&json](std::initializer_list<const char *> names, std::int64_t most) {
        for (const char *name : names)
            if (const auto value = protocol::integerMember(*json, name);
                value && *value >= 0 && *value <= most)
                return value;
        return std::optional<std::int64_t>();
    };
    AgentConfig config;
    config.name = text("name", "name");
    config.summary = text("summary", "description");
    if (config.summary.empty())
        config.summary = text("description", "description");
    config.category = text("category", "category");
    config.tags = protocol::stringsMember(*json, "tags", 20);
    config.registryUrl = text("registry_url", "registryUrl");
    config.entityUrl = text("entity_url", "entityUrl");
    config.keypairPath = text("keypair_path", "keypairPath");
    config.developerKeypairPath = text("developer_keypair_path", "developerKeypairPath");
    if (const auto port = number({"server_port", "serverPort", "webhook_port"}, UINT16_MAX))
        config.serverPort = static_cast<std::uint16_t>(*port);
    if (const auto index = number({"entity_index", "entityIndex"}, UINT32_MAX))
        config.entityIndex = static_cast<std::uint32_t>(*index);
    return config;
}

} // namespace heartline::agent
