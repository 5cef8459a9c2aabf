// SPDX-License-Identifier: GPL-3.0-or-later
#include "appearance.h"
#include "color_scheme.h"
#include "common/start_up.h"
#include "common/unix_signals.h"
#include "composition.h"
#include "single_instance.h"

#include <QApplication>
#include <QQuickStyle>
#include <cstdio>

namespace {

struct Arguments {
    heartline::app::FleetArguments fleet;
    std::string theme = "desktop";
    bool hidden = false;
};

/// The exit code when the program must end at once.
std::optional<int> parse(int argc, char **argv, Arguments &arguments) {
    CLI::App app("Watches over your agents on Zynd registries", "heartline");
    app.set_version_flag("--version", HEARTLINE_VERSION);
    arguments.fleet.addTo(app);
    app.add_option("--theme", arguments.theme, "dark, light, or as the desktop says (desktop)")
        ->check(CLI::IsMember({"dark", "light", "desktop"}));
    app.add_flag("--hidden", arguments.hidden, "Start in the tray, without a window");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &success) {
        return app.exit(success);
    } catch (const CLI::ParseError &error) {
        std::fprintf(stderr, "heartline: %s (see heartline --help)\n", error.what());
        return 2;
    }
    return std::nullopt;
}

} // namespace

int main(int argc, char **argv) {
    using namespace heartline;
    Arguments arguments;
    if (const auto code = parse(argc, argv, arguments))
        return *code;
    QApplication application(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);
    QGuiApplication::setDesktopFileName(QStringLiteral("heartline"));
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    if (!app::startUp())
        return 1;
    const auto checked = app::thresholdsFrom(arguments.fleet);
    if (!checked) {
        std::fprintf(stderr, "heartline: %s\n", checked.error().message.c_str());
        return 2;
    }
    SingleInstance instance;
    if (!instance.isFirst()) {
        SingleInstance::wakeFirst();
        return 0;
    }
    std::unique_ptr<ColorScheme> colorScheme;
    if (arguments.theme == "desktop")
        colorScheme = std::make_unique<ColorScheme>();
    else
        Appearance::instance()->setScheme(arguments.theme == "dark" ? Appearance::Scheme::Dark
                                                                    : Appearance::Scheme::Light);
    Composition composition;
    if (!composition.loadWindow())
        return 1;
    QObject::connect(&instance, &SingleInstance::activated, &composition, &Composition::showWindow);
    // Closing the window leaves the watch running in the tray; where there is none, it ends it.
    QObject::connect(composition.window(), &QQuickWindow::visibleChanged, &application,
                     [](bool visible) {
                         if (!visible && !QSystemTrayIcon::isSystemTrayAvailable())
                             QApplication::quit();
                     });
    composition.begin(arguments.fleet);
    if (!arguments.hidden || !QSystemTrayIcon::isSystemTrayAvailable())
        composition.showWindow();
    const app::UnixSignals signalHandler;
    QObject::connect(&signalHandler, &app::UnixSignals::stopRequested, &application,
                     &QApplication::quit);
    return QApplication::exec();
}
