// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agent.h"
#include "agent/agent_config.h"
#include "base/system_clock.h"
#include "commands.h"
#include "common/unix_signals.h"
#include "fleet/owner_discovery.h"
#include "host/qt_scheduler.h"
#include "http/qt_transport.h"
#include "identity/key_file.h"
#include "protocol/registry_url.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QSslSocket>
#include <cstdio>

namespace heartline::ctl {

namespace {

struct AgentArguments {
    std::string config;
    std::string key;
    std::string developer;
    std::string registry;
    std::string name;
    std::string entityUrl;
    std::string dialect = "deployed";
    std::optional<std::uint32_t> index;
    std::optional<std::uint16_t> port;
    double ping = 30;
    bool registerAgain = false;
};

std::string firstOf(std::initializer_list<std::string> candidates) {
    for (const std::string &candidate : candidates)
        if (!candidate.empty())
            return candidate;
    return {};
}

void logLine(const std::string &line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

void warnOfKey(const std::string &path, const identity::KeyFile &file) {
    if (file.looseMode)
        std::fprintf(stderr, "warning: others can read the key file %s; chmod 600 it\n",
                     path.c_str());
    if (file.statedKeyDiffers)
        std::fprintf(stderr,
                     "warning: the public key in %s is not that of its private key, which counts\n",
                     path.c_str());
}

/// The developer key, where there is one: registering needs it, beating does not.
Result<std::optional<identity::SecretKey>> developerKey(const std::string &given,
                                                        const std::string &found) {
    const std::string path = firstOf({given, found});
    if (path.empty())
        return std::nullopt;
    return identity::readKeyFile(path).map([&path](identity::KeyFile &&file) {
        warnOfKey(path, file);
        return std::optional(std::move(file.key));
    });
}

int runAgent(const AgentArguments &arguments) {
    agent::AgentConfig config;
    const bool namedConfig = !arguments.config.empty();
    const std::string configPath = namedConfig ? arguments.config : "agent.config.json";
    if (namedConfig || QFileInfo::exists(QString::fromStdString(configPath))) {
        auto read = agent::readAgentConfig(configPath);
        if (!read)
            return complain(read.error().message, kUsage);
        config = std::move(*read);
    }
    const auto places = fleet::OwnerPlaces::fromEnvironment();
    const fleet::Owner owner = fleet::discoverOwner(places);

    const std::string keyPath = firstOf({arguments.key, config.keypairPath});
    if (keyPath.empty())
        return complain("give the agent's key by --key FILE, or keypair_path in agent.config.json",
                        kUsage);
    auto key = identity::readKeyFile(keyPath);
    if (!key)
        return complain(key.error().message, kUsage);
    warnOfKey(keyPath, *key);
    auto developer =
        developerKey(firstOf({arguments.developer, config.developerKeypairPath}), owner.keyPath);
    if (!developer)
        return complain(developer.error().message, kUsage);

    agent::AgentOptions options;
    const auto registry = protocol::normalizeRegistryUrl(
        firstOf({arguments.registry, places.registryUrl, owner.registries.front().url}));
    if (!registry)
        return complain(registry.error().message, kUsage);
    options.registry = *registry;
    if (arguments.ping < 1 || arguments.ping > 3600)
        return complain("--ping takes seconds, from 1 to 3600", kUsage);
    options.period = fromSeconds(arguments.ping);
    options.backoffUnit = fromSeconds(arguments.ping / 30);
    options.dialect = arguments.dialect == "documented" ? protocol::Dialect::Documented
                                                        : protocol::Dialect::Deployed;
    options.description.name =
        firstOf({arguments.name, config.name,
                 QFileInfo(QString::fromStdString(keyPath)).completeBaseName().toStdString()});
    options.description.summary = config.summary;
    options.description.tags = config.tags;
    if (!config.category.empty())
        options.description.category = config.category;
    options.description.entityUrl = firstOf({arguments.entityUrl, config.entityUrl});
    const auto derived = key->derivedFrom ? key->derivedFrom->index : std::nullopt;
    options.entityIndex =
        arguments.index.value_or(derived.value_or(config.entityIndex.value_or(0)));
    options.healthPort = arguments.port.value_or(config.serverPort.value_or(0));

    options.registerAgain = arguments.registerAgain;
    options.log = logLine;

    app::UnixSignals::outliveReaders();
    const SystemClock clock;
    host::QtScheduler scheduler;
    http::QtTransport transport(clock);
    const Environment environment{clock, scheduler, transport,
                                  QRandomGenerator::global()->generate64()};
    auto agent = agent::Agent::create(std::move(options), std::move(key->key),
                                      std::move(*developer), environment);
    if (!agent)
        return complain(agent.error().message, kFailed);
    std::printf("agent %s, /health on http://127.0.0.1:%u, registry %s\n",
                (*agent)->entityId().c_str(), unsigned{(*agent)->healthPort()}, registry->c_str());
    std::fflush(stdout);
    if (registry->starts_with("https://") && !QSslSocket::supportsSsl())
        logLine("[heartbeat] TLS support missing — install Qt's OpenSSL plugin; serving /health "
                "without a heartbeat");
    else
        (*agent)->start();
    app::UnixSignals signalHandler;
    QObject::connect(&signalHandler, &app::UnixSignals::stopRequested, qApp,
                     &QCoreApplication::quit);
    return QCoreApplication::exec();
}

} // namespace

void addAgentCommand(CLI::App &app, Run &run) {
    auto arguments = std::make_shared<AgentArguments>();
    CLI::App *command =
        app.add_subcommand("agent", "Hold an agent's heartbeat, and answer its /health");
    command->add_option("--key", arguments->key, "The agent's key file")->type_name("FILE");
    command
        ->add_option("--registry", arguments->registry,
                     "Registry (default: as the network's SDKs choose it)")
        ->type_name("URL");
    command
        ->add_option("--developer", arguments->developer,
                     "Developer key file, to register with (default: $ZYND_HOME/developer.json)")
        ->type_name("FILE");
    command
        ->add_option("--config", arguments->config,
                     "agent.config.json to read (default: in this folder)")
        ->type_name("FILE");
    command->add_option("--name", arguments->name, "Name to register under");
    command->add_option("--entity-url", arguments->entityUrl, "Address to register")
        ->type_name("URL");
    command->add_option("--index", arguments->index, "Index to state in the developer's proof")
        ->type_name("N");
    command->add_option("--port", arguments->port, "Port of /health (a free one)");
    command
        ->add_option("--dialect", arguments->dialect,
                     "deployed, as registries speak it, or documented")
        ->check(CLI::IsMember({"deployed", "documented"}));
    command->add_flag("--register", arguments->registerAgain,
                      "Register again, too, when its record is gone while it runs");
    command->add_option("--ping", arguments->ping, "Seconds between two heartbeats (30)")
        ->type_name("SECONDS");
    command->callback([arguments, &run] { run = [arguments] { return runAgent(*arguments); }; });
}

} // namespace heartline::ctl
