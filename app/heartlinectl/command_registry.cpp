// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/system_clock.h"
#include "commands.h"
#include "common/unix_signals.h"
#include "node/node.h"

#include <QCoreApplication>
#include <charconv>
#include <cstdio>

namespace heartline::ctl {

namespace {

struct RegistryArguments {
    std::string listen = "127.0.0.1:8080";
    std::string dataDir;
    std::string name = "heartline";
    double inactive = 300;
    double sweep = 60;
    int searches = 100;
    int registrations = 10;
    bool documentedStates = false;
    bool fetchPrivate = false;
    std::string tlsCertificate;
    std::string tlsKey;
};

/// `ADDRESS:PORT`, IPv6 in brackets.
bool splitListen(const std::string &text, node::NodeOptions &options) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0)
        return false;
    std::string address = text.substr(0, colon);
    if (address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    options.address = address == "localhost" ? "127.0.0.1" : address;
    const char *end = text.data() + text.size();
    const auto result = std::from_chars(text.data() + colon + 1, end, options.port);
    return result.ec == std::errc() && result.ptr == end;
}

int runRegistry(const RegistryArguments &arguments) {
    node::NodeOptions options;
    if (!splitListen(arguments.listen, options))
        return complain("--listen takes ADDRESS:PORT, for example 127.0.0.1:8080", kUsage);
    if (arguments.inactive < 1 || arguments.sweep < 0.1 || arguments.inactive > 1e6 ||
        arguments.sweep > 1e6)
        return complain("--inactive and --sweep take seconds, at least 1 and 0.1", kUsage);
    options.dataDir = arguments.dataDir;
    options.name = arguments.name;
    options.inactiveAfter = fromSeconds(arguments.inactive);
    options.sweepInterval = fromSeconds(arguments.sweep);
    options.searchesPerMinute = arguments.searches;
    options.registrationsPerMinute = arguments.registrations;
    options.documentedStates = arguments.documentedStates;
    options.fetchPrivate = arguments.fetchPrivate;
    options.tlsCertificate = arguments.tlsCertificate;
    options.tlsKey = arguments.tlsKey;
    app::UnixSignals::outliveReaders();
    const SystemClock clock;
    auto node = node::Node::start(options, clock);
    if (!node)
        return complain(node.error().message, kFailed);
    std::printf("registry %s listening on %s%s\n", (*node)->registryId().c_str(),
                (*node)->url().c_str(), options.dataDir.empty() ? ", all in memory" : "");
    std::fflush(stdout);
    const bool tls = !options.tlsCertificate.empty();
    app::UnixSignals signalHandler(tls ? app::UnixSignals::Hangup::Reloads
                                       : app::UnixSignals::Hangup::Stops);
    QObject::connect(&signalHandler, &app::UnixSignals::reloadRequested, qApp, [&node] {
        const auto reloaded = (*node)->reloadTls();
        std::fprintf(stderr, "%s\n",
                     reloaded ? "the TLS certificate was read again"
                              : (reloaded.error().message + "; the former one stays").c_str());
    });
    QObject::connect(&signalHandler, &app::UnixSignals::stopRequested, qApp,
                     &QCoreApplication::quit);
    return QCoreApplication::exec();
}

} // namespace

void addRegistryCommand(CLI::App &app, Run &run) {
    auto arguments = std::make_shared<RegistryArguments>();
    CLI::App *command = app.add_subcommand("registry", "Run a registry node");
    command
        ->add_option("--listen", arguments->listen,
                     "Where to listen (127.0.0.1:8080; port 0 takes a free one)")
        ->type_name("ADDRESS:PORT");
    command
        ->add_option("--data", arguments->dataDir,
                     "Folder for its database; without it all is in memory")
        ->type_name("DIR");
    command->add_option("--name", arguments->name, "Name it gives itself");
    command
        ->add_option("--inactive", arguments->inactive,
                     "Silence after which agents leave search (300)")
        ->type_name("SECONDS");
    command
        ->add_option("--sweep", arguments->sweep, "Time between two looks for silent agents (60)")
        ->type_name("SECONDS");
    command
        ->add_option("--searches", arguments->searches,
                     "Searches that one address may ask for in a minute (100; 0: any number)")
        ->check(CLI::Range(0, 1'000'000))
        ->type_name("N");
    command
        ->add_option("--registrations", arguments->registrations,
                     "Registrations that one address may make in a minute (10; 0: any number)")
        ->check(CLI::Range(0, 1'000'000))
        ->type_name("N");
    command->add_flag("--documented-states", arguments->documentedStates,
                      "Agents are inactive until their first beat, as the network's pages say");
    command->add_flag("--fetch-private", arguments->fetchPrivate,
                      "Fetch cards from this machine and private networks, too");
    command
        ->add_option("--tls-cert", arguments->tlsCertificate,
                     "Certificate chain (PEM) for TLS of its own; read again on SIGHUP")
        ->type_name("FILE");
    command->add_option("--tls-key", arguments->tlsKey, "Its key (PEM)")->type_name("FILE");
    command->callback([arguments, &run] { run = [arguments] { return runRegistry(*arguments); }; });
}

} // namespace heartline::ctl
