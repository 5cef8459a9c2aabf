// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/registry_info.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "identity/entity_id.h"
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
        if (!info.registryId.starts_with("zns:registry:") && !identity::isOldId(info.registryId))
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

bool isRegistryError(std::string_view body) {
    const auto json = parseObject(body, {.maxBytes = 64 * 1024});
    // A gateway's own tells more than this: a path, a time, a status.
    return json && json->size() == 1 && stringMember(*json, "error");
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

std::optional<Nanoseconds> parseGoDuration(std::string_view text) {
    struct Unit {
        std::string_view name;
        double seconds;
    };
    // The longer names come before those that they begin with.
    constexpr std::array<Unit, 7> kUnits{{{"ms", 1e-3},
                                          {"ns", 1e-9},
                                          {"us", 1e-6},
                                          {"\u00b5s", 1e-6},
                                          {"h", 3600},
                                          {"m", 60},
                                          {"s", 1}}};
    constexpr double kMost = 100.0 * 365 * 86400;
    double total = 0;
    if (text.empty())
        return std::nullopt;
    while (!text.empty()) {
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number,
                                                  std::chars_format::fixed);
        if (error != std::errc() || number < 0)
            return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const auto *unit = std::find_if(kUnits.begin(), kUnits.end(),
                                        [&](const Unit &u) { return text.starts_with(u.name); });
        if (unit == kUnits.end())
            return std::nullopt;
        text.remove_prefix(unit->name.size());
        total += number * unit->seconds;
        if (!(total <= kMost))
            return std::nullopt;
    }
    return fromSeconds(total);
}

} // namespace heartline::protocol
