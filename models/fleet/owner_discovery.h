// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "fleet/candidate_search.h"

#include <optional>
#include <vector>

namespace heartline::fleet {

/// Where the operator's files are looked for; from the environment, or a test's.
struct OwnerPlaces {
    /// `$ZYND_HOME`; empty means unset (the network's CLI takes an empty one for the current
    /// folder; we do not).
    std::string zyndHome;
    std::string userHome;
    std::string registryUrl;      ///< `$ZYND_REGISTRY_URL`
    std::string developerKeyPath; ///< `$ZYND_DEVELOPER_KEYPAIR_PATH`
    std::string workingDirectory;
    [[nodiscard]] static OwnerPlaces fromEnvironment();
};

struct FoundRegistry {
    std::string url;
    /// For people: "~/.zynd/config.json".
    std::string source;
};

struct Owner {
    std::optional<std::string> developerId;
    std::string keyPath;
    std::vector<FoundRegistry> registries;
    /// Agents whose keys lie here, and those that the developer's key derives.
    std::vector<Candidate> candidates;
    /// Every place looked at for a developer key, in order, with what was found there.
    std::vector<std::string> lookedAt;
    /// Files that are there but cannot be used, and other things worth knowing.
    std::vector<std::string> warnings;
};

/// Finds the developer and the registries in the operator's own files, as the network's tools
/// leave them. Keys are read, turned into ids, and wiped. Blocks on the disk.
[[nodiscard]] Owner discoverOwner(const OwnerPlaces &places);

/// `argument` is a developer id, or a key file to take it from.
[[nodiscard]] Result<std::string> developerIdFrom(const std::string &argument);

} // namespace heartline::fleet
