// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "common/start_up.h"

#include <QCoreApplication>
#include <cstdio>

namespace heartline::ctl {

int complain(const std::string &message, int code) {
    std::fprintf(stderr, "heartlinectl: %s\n", message.c_str());
    return code;
}

} // namespace heartline::ctl

int main(int argc, char **argv) {
    using namespace heartline::ctl;
    const QCoreApplication application(argc, argv);
    CLI::App app("Watches over agents on Zynd registries, from a terminal", "heartlinectl");
    app.set_version_flag("--version", HEARTLINE_VERSION);
    app.require_subcommand(1);
    Run run;
    addWatchCommand(app, run);
    addRegistryCommand(app, run);
    addAgentCommand(app, run);
    addKeysCommand(app, run);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &success) { // --help, --version
        return app.exit(success);
    } catch (const CLI::ParseError &error) {
        std::string message = error.what();
        for (char &c : message)
            if (c == '\n')
                c = ' ';
        return complain(message + " (see heartlinectl --help)", kUsage);
    }
    if (!heartline::app::startUp())
        return kFailed;
    return run();
}
