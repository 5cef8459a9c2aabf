// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/fleet_arguments.h"

#include "identity/entity_id.h"
#include "protocol/registry_url.h"

#include <QSettings>
#include <QUrl>
#include <algorithm>

namespace heartline::app {

namespace {

/// What the settings say of one registry: under its host and port, else under its host.
std::string caFileOf(const std::string &url, const QSettings &settings) {
    const QUrl address(QString::fromStdString(url));
    for (const QString &group :
         {QString::fromStdString(protocol::registryHost(url)), address.host()})
        if (const QString file = settings.value(group + QLatin1String("/ca_file")).toString();
            !file.isEmpty())
            return file.toStdString();
    return {};
}

} // namespace

void FleetArguments::addTo(CLI::App &command) {
    command
        .add_option("--developer", developer,
                    "Whose agents: a developer id, or a key file to take it from\n"
                    "(default: $ZYND_HOME/developer.json, then ~/.zynd/developer.json)")
        ->type_name("FILE|ID");
    command
        .add_option("--registry", registries,
                    "Registry to watch; may be given again (default: from settings, then\n"
                    "$ZYND_REGISTRY_URL, the operator's files, https://zns01.zynd.ai)")
        ->type_name("URL");
    command
        .add_option("--ca-file", caFile,
                    "PEM file of authorities that may vouch for the registries, besides the\n"
                    "system's (default: ca_file in the settings, then $SSL_CERT_FILE)")
        ->type_name("FILE");
    command
        .add_option("--agent", agents,
                    "Id of one more agent to watch; may be given again. Yours are found by the\n"
                    "developer's list and by the keys on this machine")
        ->type_name("ID");
    command.add_option("--ping", pingSeconds, "Seconds between two heartbeats (30)")
        ->type_name("SECONDS");
    command.add_option("--late", lateSeconds, "Age in seconds that is late (45)")
        ->type_name("SECONDS");
    command.add_option("--stale", staleSeconds, "Age in seconds that raises the alert (90)")
        ->type_name("SECONDS");
    command
        .add_option("--inactive", inactiveSeconds,
                    "Age in seconds at which agents leave search (300)")
        ->type_name("SECONDS");
    command.add_flag("--probe", probe, "Allow requests to the /health that agents' records name");
    command.add_flag("--demo", demo,
                     "Run a registry and six agents in this process, ten times as fast");
}

Result<liveness::Thresholds> thresholdsFrom(const FleetArguments &arguments,
                                            liveness::Thresholds base) {
    const auto set = [](Nanoseconds &mark, const std::optional<double> &seconds) {
        if (seconds)
            mark = *seconds > 0 && *seconds < 1e6 ? fromSeconds(*seconds) : Nanoseconds(0);
    };
    set(base.period, arguments.pingSeconds);
    set(base.late, arguments.lateSeconds);
    set(base.stale, arguments.staleSeconds);
    set(base.inactive, arguments.inactiveSeconds);
    if (auto good = base.check(); !good)
        return tl::unexpected(good.error());
    return base;
}

Result<ResolvedFleet> resolveFleet(const FleetArguments &arguments) {
    ResolvedFleet resolved;
    resolved.owner = fleet::discoverOwner(fleet::OwnerPlaces::fromEnvironment());
    fleet::FleetOptions &options = resolved.options;
    const auto thresholds = thresholdsFrom(arguments);
    if (!thresholds)
        return tl::unexpected(thresholds.error());
    options.thresholds = *thresholds;

    const QSettings settings;
    std::string developer = arguments.developer;
    if (developer.empty())
        developer = settings.value(QStringLiteral("developer")).toString().toStdString();
    if (developer.empty()) {
        options.developerId = resolved.owner.developerId.value_or(std::string());
    } else {
        auto id = fleet::developerIdFrom(developer);
        if (!id)
            return tl::unexpected(id.error());
        options.developerId = *id;
    }

    std::vector<std::string> urls = arguments.registries;
    if (urls.empty())
        for (const QString &url : settings.value(QStringLiteral("registries")).toStringList())
            urls.push_back(url.toStdString());
    if (urls.empty())
        for (const fleet::FoundRegistry &found : resolved.owner.registries)
            urls.push_back(found.url);
    for (const QString &url : settings.value(QStringLiteral("addedRegistries")).toStringList())
        if (arguments.registries.empty())
            urls.push_back(url.toStdString());
    for (const std::string &text : urls) {
        const auto url = protocol::normalizeRegistryUrl(text);
        if (!url)
            return tl::unexpected(url.error());
        if (std::find(options.registries.begin(), options.registries.end(), *url) ==
            options.registries.end())
            options.registries.push_back(*url);
        const std::string file =
            !arguments.caFile.empty() ? arguments.caFile : caFileOf(*url, settings);
        if (file.empty())
            continue;
        auto trust = http::Trust::withFile(file);
        if (!trust)
            return tl::unexpected(trust.error());
        options.trust.emplace(*url, std::move(*trust));
    }
    // Another developer's agents are not those of the keys that lie here.
    if (resolved.owner.developerId == options.developerId)
        options.candidates = resolved.owner.candidates;
    std::vector<std::string> ids = arguments.agents;
    for (const QString &id : settings.value(QStringLiteral("agents")).toStringList())
        ids.push_back(id.toStdString());
    for (const std::string &id : ids) {
        if (!identity::isWellFormedId(identity::IdKind::Agent, id) &&
            !identity::isWellFormedId(identity::IdKind::Service, id) && !identity::isOldId(id))
            return fail(ErrorKind::InvalidInput,
                        "\"" + id + "\" is no agent's id: zns: or zns:svc: and 32 hex digits");
        options.candidates.push_back({{id}, id, {}});
    }
    const QString probing = settings.value(QStringLiteral("probing")).toString();
    if (arguments.probe || probing == QLatin1String("any"))
        options.probing = diagnosis::ProbePolicy::Any;
    else if (probing == QLatin1String("loopback"))
        options.probing = diagnosis::ProbePolicy::LoopbackOnly;
    return resolved;
}

} // namespace heartline::app
