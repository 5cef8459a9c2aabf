// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/system_clock.h"
#include "commands.h"
#include "common/fleet_arguments.h"
#include "common/unix_signals.h"
#include "demo/demo_world.h"
#include "protocol/display_text.h"
#include "watch_lines.h"
#include "watch_screen.h"

#include <QCoreApplication>
#include <QTimer>
#include <cstdio>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace heartline::ctl {

namespace {

struct WatchArguments {
    app::FleetArguments fleet;
    bool json = false;
    bool once = false;
};

void print(const std::string &line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
    if (std::ferror(stdout) != 0) // who read it is gone
        QCoreApplication::exit(kFailed);
}

/// Of a pipe whose other end was closed; nothing may have to be printed for long.
bool readerIsGone() {
    pollfd out{STDOUT_FILENO, 0, 0};
    return poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}

void drawScreen(const fleet::FleetEngine &engine) {
    winsize size{};
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    const std::string text = screenText(engine, size.ws_col > 0 ? size.ws_col : 80,
                                        size.ws_row > 0 ? size.ws_row : 24, true);
    std::string frame = "\033[H";
    for (const char c : text)
        frame += c == '\n' ? std::string("\033[K\n") : std::string(1, c);
    std::fwrite(frame.data(), 1, frame.size(), stdout);
    std::fputs("\033[J", stdout);
    std::fflush(stdout);
}

std::string prefixed(const std::string &reason) {
    return reason.empty() ? std::string() : ": " + protocol::displayText(reason, 200);
}

/// Waits until the picture is whole, or 20 s at the most, and prints it. What is not whole is said
/// to be so: an empty list that is still under way is no empty list.
void printOnce(fleet::FleetEngine &engine, bool json, const Clock &clock) {
    auto *timer = new QTimer(&engine);
    const MonoTime started = clock.mono();
    QObject::connect(timer, &QTimer::timeout, &engine, [&engine, json, &clock, started] {
        const bool patient = clock.mono() - started < 20s;
        bool whole = engine.isSettled();
        for (std::uint32_t i = 0; whole && i < engine.core().watchCount(); ++i)
            whole = !engine.core().watch(i).readWanted &&
                    !engine.core().watch(i).judgement.needsConfirmation;
        if (!whole && patient)
            return;
        if (!whole)
            complain("not all could be read within 20 s: what is known so far follows", 0);
        bool readable = whole;
        for (std::uint32_t i = 0; i < engine.options().registries.size(); ++i) {
            const liveness::RegistryView &view = engine.core().registry(i);
            const std::string &url = engine.registry(i).url();
            const bool seen = view.sight.since && !view.sight.forgetful && !view.sight.outOfDate;
            readable = readable && seen && engine.listError(i).empty();
            if (!seen)
                complain(url + " is " + std::string(liveness::linkWord(view.shown())) +
                             prefixed(engine.trouble(i)),
                         0);
            else if (!engine.listError(i).empty())
                complain("the list of agents at " + url + " is not whole" +
                             prefixed(engine.listError(i)),
                         0);
        }
        if (json)
            for (const std::string &line : presentLines(engine, clock))
                print(line);
        else
            print(screenText(engine, 120, 1 << 20, false));
        QCoreApplication::exit(readable ? 0 : kFailed);
    });
    timer->start(100);
}

int watch(fleet::FleetOptions options, bool json, bool once) {
    const SystemClock clock;
    fleet::FleetEngine engine(std::move(options), clock);
    app::UnixSignals signalHandler;
    QObject::connect(&signalHandler, &app::UnixSignals::stopRequested, qApp,
                     &QCoreApplication::quit);
    QTimer screenTimer;
    if (once) {
        printOnce(engine, json, clock);
    } else if (json) {
        engine.setChangeSink([&](const fleet::FleetEngine::Change &change) {
            print(changeLine(engine, change, clock));
        });
        engine.setLinkSink([&](const fleet::FleetEngine::LinkChange &change) {
            print(linkLine(engine, change, clock));
        });
        QObject::connect(&screenTimer, &QTimer::timeout, &engine, [] {
            if (readerIsGone())
                QCoreApplication::exit(kFailed);
        });
        screenTimer.start(1000);
    } else {
        std::fputs("\033[2J", stdout);
        QObject::connect(&screenTimer, &QTimer::timeout, &engine,
                         [&engine] { drawScreen(engine); });
        screenTimer.start(500);
    }
    engine.start();
    return QCoreApplication::exec();
}

int runWatch(const WatchArguments &arguments) {
    const bool json = arguments.json || isatty(STDOUT_FILENO) == 0;
    if (arguments.fleet.demo) {
        auto world = demo::DemoWorld::start();
        if (!world)
            return complain(world.error().message, kFailed);
        return watch((*world)->fleetOptions(), json, arguments.once);
    }
    auto resolved = app::resolveFleet(arguments.fleet);
    if (!resolved)
        return complain(resolved.error().message, kUsage);
    for (const std::string &warning : resolved->owner.warnings)
        complain("warning: " + warning, 0);
    if (resolved->options.developerId.empty()) {
        std::string message =
            "no developer key found; give one by --developer FILE|ID. Looked at: ";
        for (const std::string &place : resolved->owner.lookedAt)
            message += (&place == &resolved->owner.lookedAt.front() ? "" : "; ") + place;
        return complain(message, kUsage);
    }
    if (const auto good = resolved->options.check(); !good)
        return complain(good.error().message, kUsage);
    return watch(std::move(resolved->options), json, arguments.once);
}

} // namespace

void addWatchCommand(CLI::App &app, Run &run) {
    auto arguments = std::make_shared<WatchArguments>();
    CLI::App *command =
        app.add_subcommand("watch", "Show owned agents live, or a line for each change");
    arguments->fleet.addTo(*command);
    command->add_flag("--json", arguments->json,
                      "A JSON object a line for each change (also without a terminal)");
    command->add_flag("--once", arguments->once, "Print the present and exit");
    command->callback([arguments, &run] { run = [arguments] { return runWatch(*arguments); }; });
}

} // namespace heartline::ctl
