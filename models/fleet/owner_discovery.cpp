// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/owner_discovery.h"

#include "base/atomic_file.h"
#include "identity/entity_id.h"
#include "identity/key_file.h"
#include "protocol/json.h"
#include "protocol/registry_url.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <algorithm>

namespace heartline::fleet {

namespace {

/// So many indices of the developer's key are derived; asking stops at the first long gap.
constexpr std::uint32_t kDerived = 64;
constexpr int kMostKeyFiles = 10'000;

std::string environment(const char *name) {
    return qEnvironmentVariable(name).toStdString();
}

bool exists(const std::string &path) {
    return QFileInfo::exists(QString::fromStdString(path));
}

/// `~/` as shells have it: operators write it into files whose readers do not expand it.
std::string expanded(const std::string &path, const std::string &userHome) {
    return path.starts_with("~/") ? userHome + path.substr(1) : path;
}

void addRegistry(Owner &owner, const std::string &text, const std::string &source) {
    if (text.empty())
        return;
    const auto url = protocol::normalizeRegistryUrl(text);
    if (!url) {
        owner.warnings.push_back(source + ": " + url.error().message);
        return;
    }
    const bool known = std::any_of(owner.registries.begin(), owner.registries.end(),
                                   [&](const FoundRegistry &r) { return r.url == *url; });
    if (!known)
        owner.registries.push_back({*url, source});
}

void addRegistryOfJson(Owner &owner, const std::string &path) {
    if (!exists(path))
        return;
    const auto content = readFile(path, 1024 * 1024);
    const auto json = content ? protocol::parseObject(*content)
                              : Result<protocol::Json>(tl::unexpected(content.error()));
    if (!json) {
        owner.warnings.push_back(path + " is passed over: " + json.error().message);
        return;
    }
    addRegistry(owner, protocol::stringOr(*json, "registry_url", {}), path);
}

void addRegistryOfDotEnv(Owner &owner, const std::string &path) {
    const auto content =
        exists(path) ? readFile(path, 1024 * 1024) : Result<std::string>(std::string());
    if (!content)
        return;
    for (const QString &line : QString::fromStdString(*content).split(QLatin1Char('\n')))
        if (line.startsWith(QLatin1String("ZYND_REGISTRY_URL=")))
            addRegistry(owner, line.mid(18).trimmed().remove(QLatin1Char('"')).toStdString(), path);
}

/// The card of an agent's last start names the registry that it really used, as host:port.
void addRegistryOfCard(Owner &owner, const std::string &path) {
    const auto content =
        exists(path) ? readFile(path, 1024 * 1024) : Result<std::string>(std::string());
    const auto json = content && !content->empty()
                          ? protocol::parseObject(*content)
                          : Result<protocol::Json>(protocol::Json::object());
    if (!json)
        return;
    const auto extension = json->find("x-zynd");
    if (extension == json->end() || !extension->is_object())
        return;
    const std::string host = protocol::stringOr(*extension, "registry", {});
    if (host.empty() || host.find("://") != std::string::npos)
        return addRegistry(owner, host, path);
    const bool local = host.starts_with("127.") || host.starts_with("localhost");
    addRegistry(owner, (local ? "http://" : "https://") + host, path);
}

std::vector<std::string> idsOf(const identity::PublicKey &key) {
    return {identity::makeId(identity::IdKind::Agent, key),
            identity::makeId(identity::IdKind::Service, key)};
}

/// A key file of an agent, as the network's tools leave them in the operator's folder.
void takeAgentKey(Owner &owner, const std::string &path) {
    const auto file = identity::readKeyFile(path);
    if (!file) {
        owner.warnings.push_back(file.error().message);
        return;
    }
    if (file->statedKeyDiffers)
        owner.warnings.push_back(path + ": its public_key does not belong to its private key");
    if (file->looseMode)
        owner.warnings.push_back("others can read an agent's key; run: chmod 600 " + path);
    if (file->derivedFrom && file->derivedFrom->developerPublicKey && owner.developerId &&
        identity::makeId(identity::IdKind::Developer, *file->derivedFrom->developerPublicKey) !=
            *owner.developerId)
        owner.warnings.push_back(path + " was derived from another developer's key");
    auto ids = idsOf(file->key.publicKey());
    const auto same = std::find_if(owner.candidates.begin(), owner.candidates.end(),
                                   [&](const Candidate &c) { return c.ids == ids; });
    // The same key lies in several files; the first one names it.
    if (same == owner.candidates.end())
        owner.candidates.push_back({std::move(ids), path, {}});
    else if (same->label.empty())
        *same = {std::move(ids), path, {}};
}

/// `agents/` and `services/` at any depth, and `agent-<n>.json`; never `identity.json`, which is a
/// registry's.
void findAgentKeys(Owner &owner, const std::string &home) {
    QStringList paths;
    const auto collect = [&paths](const QString &folder, const QString &pattern, bool deep) {
        QDirIterator it(folder, {pattern}, QDir::Files | QDir::Readable,
                        deep ? QDirIterator::Subdirectories : QDirIterator::NoIteratorFlags);
        while (it.hasNext() && paths.size() < kMostKeyFiles)
            if (const QString path = it.next();
                it.fileName() != QLatin1String("identity.json") && it.fileInfo().size() < 64 * 1024)
                paths << path;
    };
    const QString root = QString::fromStdString(home);
    collect(root + QStringLiteral("/agents"), QStringLiteral("*.json"), true);
    collect(root + QStringLiteral("/services"), QStringLiteral("*.json"), true);
    collect(root, QStringLiteral("agent-*.json"), false);
    paths.sort();
    for (const QString &path : std::as_const(paths))
        takeAgentKey(owner, path.toStdString());
}

void findDeveloper(Owner &owner, const OwnerPlaces &places) {
    std::vector<std::string> paths;
    if (!places.developerKeyPath.empty())
        paths.push_back(expanded(places.developerKeyPath, places.userHome));
    if (!places.zyndHome.empty())
        paths.push_back(expanded(places.zyndHome, places.userHome) + "/developer.json");
    paths.push_back(places.userHome + "/.zynd/developer.json");
    for (const std::string &path : paths) {
        if (!exists(path)) {
            owner.lookedAt.push_back(path + ": no such file");
            continue;
        }
        const auto file = identity::readKeyFile(path);
        if (!file) {
            owner.lookedAt.push_back(file.error().message);
            owner.warnings.push_back(file.error().message);
            continue;
        }
        owner.lookedAt.push_back(path + ": found");
        if (owner.developerId)
            continue;
        owner.developerId = identity::makeId(identity::IdKind::Developer, file->key.publicKey());
        owner.keyPath = path;
        for (std::uint32_t index = 0; index < kDerived; ++index)
            owner.candidates.push_back(
                {idsOf(file->key.deriveAgentKey(index).publicKey()), {}, index});
        if (file->statedKeyDiffers)
            owner.warnings.push_back(path +
                                     ": its public_key does not belong to its private key; the "
                                     "private one counts");
        if (file->looseMode)
            owner.warnings.push_back("others can read your key; run: chmod 600 " + path);
    }
}

} // namespace

OwnerPlaces OwnerPlaces::fromEnvironment() {
    return {environment("ZYND_HOME"), QDir::homePath().toStdString(),
            environment("ZYND_REGISTRY_URL"), environment("ZYND_DEVELOPER_KEYPAIR_PATH"),
            QDir::currentPath().toStdString()};
}

Owner discoverOwner(const OwnerPlaces &places) {
    Owner owner;
    findDeveloper(owner, places);
    addRegistry(owner, places.registryUrl, "$ZYND_REGISTRY_URL");
    const std::string home = places.zyndHome.empty() ? places.userHome + "/.zynd"
                                                     : expanded(places.zyndHome, places.userHome);
    findAgentKeys(owner, home);
    addRegistryOfJson(owner, home + "/config.json");
    for (const char *name : {"agent.config.json", "service.config.json"})
        addRegistryOfJson(owner, places.workingDirectory + "/" + name);
    addRegistryOfDotEnv(owner, places.workingDirectory + "/.env");
    addRegistryOfCard(owner, places.workingDirectory + "/.well-known/agent-card.json");
    if (owner.registries.empty())
        addRegistry(owner, std::string(protocol::kDefaultRegistry), "the network's default");
    return owner;
}

Result<std::string> developerIdFrom(const std::string &argument) {
    if (argument.starts_with("zns:") || argument.starts_with("agdns:")) {
        if (!identity::isWellFormedId(identity::IdKind::Developer, argument) &&
            !identity::isOldId(argument))
            return fail(ErrorKind::InvalidInput,
                        "\"" + argument + "\" is no developer id: zns:dev: and 32 hex digits");
        return argument;
    }
    return identity::readKeyFile(argument).map([](const identity::KeyFile &file) {
        return identity::makeId(identity::IdKind::Developer, file.key.publicKey());
    });
}

} // namespace heartline::fleet
