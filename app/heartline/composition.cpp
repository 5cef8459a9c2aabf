// SPDX-License-Identifier: GPL-3.0-or-later
#include "composition.h"

#include "appearance.h"
#include "base/logging.h"
#include "icon_provider.h"
#include "window_geometry.h"

#include <QApplication>
#include <QSettings>
#include <QStandardPaths>

namespace heartline {

Composition::Composition(QObject *parent)
    : QObject(parent), m_fleet(m_clock), m_setup(nullptr),
      m_sleep(m_clock, QDBusConnection::systemBus()), m_notifier(m_notifications), m_tray(m_fleet) {
    fleet::Fleet::provide(&m_fleet);
    fleet::Setup::provide(&m_setup);
    connect(&m_setup, &fleet::Setup::demoChosen, this, &Composition::startDemo);
    connect(&m_setup, &fleet::Setup::developerChosen, this, &Composition::useDeveloper);
    connect(&m_fleet, &fleet::Fleet::noticed, &m_notifier, &DesktopNotifier::tell);
    connect(&m_notifier, &DesktopNotifier::reconnectWanted, &m_fleet, &fleet::Fleet::reconnect);
    connect(&m_notifier, &DesktopNotifier::openWanted, this, &Composition::showAgent);
    connect(&m_sleep, &SleepMonitor::woke, &m_fleet, &fleet::Fleet::woke);
    connect(&m_fleet, &fleet::Fleet::registryAdded, this, [this](const QString &url) {
        if (m_demo)
            return;
        QSettings settings;
        QStringList added = settings.value(QStringLiteral("addedRegistries")).toStringList();
        settings.setValue(QStringLiteral("addedRegistries"), added << url);
    });
    connect(&m_tray, &TrayIcon::openWanted, this, &Composition::showWindow);
    connect(&m_tray, &TrayIcon::quitWanted, qApp, &QApplication::quit);
    m_qml.addImportPath(QStringLiteral("qrc:/qt/qml"));
    m_qml.addImageProvider(QStringLiteral("icons"), new IconProvider);
}

Composition::~Composition() {
    if (m_window)
        saveGeometry(*m_window);
    m_fleet.stop(); // before the demo that it watches
}

bool Composition::loadWindow() {
    m_qml.load(QUrl(QStringLiteral("qrc:/qt/qml/Heartline/Shell/Main.qml")));
    const QObjectList roots = m_qml.rootObjects();
    m_window = roots.isEmpty() ? nullptr : qobject_cast<QQuickWindow *>(roots.constFirst());
    if (!m_window)
        return false;
    m_window->setIcon(QIcon(QPixmap::fromImage(
        IconProvider::draw(QStringLiteral("heartline"), QColor(0x3D, 0x8B, 0xE0), 64))));
    restoreGeometry(*m_window);
    return true;
}

void Composition::begin(const app::FleetArguments &arguments) {
    m_arguments = arguments;
    if (arguments.demo)
        return startDemo();
    auto resolved = app::resolveFleet(arguments);
    if (!resolved) {
        m_setup.setNeeded(true, {});
        return m_setup.setError(QString::fromStdString(resolved.error().message));
    }
    for (const std::string &warning : resolved->owner.warnings)
        qCWarning(lcDesktop, "%s", warning.c_str());
    if (resolved->options.developerId.empty()) {
        QStringList lookedAt;
        for (const std::string &place : resolved->owner.lookedAt)
            lookedAt << QString::fromStdString(place);
        return m_setup.setNeeded(true, lookedAt);
    }
    remember(resolved->options);
    watch(resolved->options);
}

void Composition::remember(fleet::FleetOptions &options) {
    options.storePath =
        QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString() +
        "/watches.sqlite";
}

void Composition::watch(const fleet::FleetOptions &options) {
    m_setup.setNeeded(false, {});
    m_notifier.setThresholds(options.thresholds);
    m_fleet.start(options);
}

void Composition::startDemo() {
    auto world = demo::DemoWorld::start();
    if (!world)
        return m_setup.setError(QString::fromStdString(world.error().message));
    m_fleet.stop();
    m_demo = std::move(*world);
    watch(m_demo->fleetOptions());
}

void Composition::useDeveloper(const QString &fileOrId) {
    m_arguments.developer = fileOrId.toStdString();
    auto resolved = app::resolveFleet(m_arguments);
    if (!resolved)
        return m_setup.setError(QString::fromStdString(resolved.error().message));
    // The id alone is remembered: where the key lies is the operator's business.
    QSettings().setValue(QStringLiteral("developer"),
                         QString::fromStdString(resolved->options.developerId));
    remember(resolved->options);
    watch(resolved->options);
}

void Composition::showWindow() {
    m_window->show();
    m_window->raise();
    m_window->requestActivate();
}

void Composition::showAgent(int agentIndex) {
    showWindow();
    if (agentIndex >= 0)
        QMetaObject::invokeMethod(m_window, "showAgent", Q_ARG(int, agentIndex));
}

} // namespace heartline
