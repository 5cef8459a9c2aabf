// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/registry_info.h"

#include "protocol/display_text.h"

namespace heartline::protocol {

namespace {
std::string shown(const Json &object, const char *name) {
    return displayText(stringOr(object, name, {}), 128);
}
} // namespace

Result<RegistryInfo> parseRegistryInfo(std::string_view text) {
    return parseObject(text).and_then([](const Json &json) -> Result<RegistryInfo> {
        RegistryInfo info{shown(json, "registry_id"), shown(json, "name"), {}};
        if (!info.registryId.starts_with("zns:registry:"))
            return fail(ErrorKind::Protocol, "the server answers, but it is no Zynd registry");
        const auto onboarding = json.find("developer_onboarding");
        if (onboarding != json.end() && onboarding->is_object())
            info.onboardingMode = shown(*onboarding, "mode");
        return info;
    });
}

Result<NetworkStatus> parseNetworkStatus(std::string_view text) {
    return parseObject(text).and_then([](const Json &json) -> Result<NetworkStatus> {
        NetworkStatus status;
        status.registryId = shown(json, "registry_id");
        status.name = shown(json, "name");
        status.version = shown(json, "version");
        status.uptime = shown(json, "uptime");
        status.peerCount = integerMember(json, "peer_count").value_or(0);
        status.localAgents = integerMember(json, "local_agents").value_or(0);
        if (status.registryId.empty())
            return fail(ErrorKind::Protocol, "the status names no registry_id");
        return status;
    });
}

Result<std::vector<Peer>> parsePeers(std::string_view text) {
    const auto json = parseObject(text);
    if (!json)
        return tl::unexpected(json.error());
    const auto it = json->find("peers");
    if (it == json->end() || !(it->is_array() || it->is_null()))
        return fail(ErrorKind::Protocol, "the answer is no list of peers");
    std::vector<Peer> peers;
    for (const Json &entry : *it) {
        if (!entry.is_object() || peers.size() == 1000)
            continue;
        peers.push_back({shown(entry, "registry_id"), shown(entry, "name"), shown(entry, "address"),
                         shown(entry, "public_key"), timeMember(entry, "last_seen")});
    }
    return peers;
}

std::string errorText(std::string_view body) {
    const auto json = parseObject(body, {.maxBytes = 64 * 1024});
    if (json)
        if (const auto text = stringMember(*json, "error"))
            return displayText(*text, 200);
    while (!body.empty() && (body.back() == '\n' || body.back() == '\r'))
        body.remove_suffix(1);
    return displayText(body, 200);
}

} // namespace heartline::protocol
