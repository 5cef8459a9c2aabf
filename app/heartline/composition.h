// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/system_clock.h"
#include "common/fleet_arguments.h"
#include "dbus_notification_service.h"
#include "demo/demo_world.h"
#include "desktop_notifier.h"
#include "fleet.h"
#include "setup.h"
#include "sleep_monitor.h"
#include "tray_icon.h"

#include <QQmlApplicationEngine>
#include <QQuickWindow>

namespace heartline {

/// Makes the parts and connects them; the one place that knows all of them. GUI thread.
class Composition : public QObject {
    Q_OBJECT
public:
    explicit Composition(QObject *parent = nullptr);
    ~Composition() override;

    /// False when the window cannot be made; why is in the log.
    [[nodiscard]] bool loadWindow();
    /// Begins with the demo, the operator's fleet, or the page that asks for a key.
    void begin(const app::FleetArguments &arguments);
    /// Begins to watch these.
    void watch(const fleet::FleetOptions &options);

    void showWindow();
    [[nodiscard]] QQuickWindow *window() const { return m_window; }
    [[nodiscard]] fleet::Fleet &fleet() { return m_fleet; }
    [[nodiscard]] fleet::Setup &setup() { return m_setup; }

private:
    void startDemo();
    /// An operator's fleet is kept in mind beyond the program's end; the demo is not.
    static void remember(fleet::FleetOptions &options);
    void useDeveloper(const QString &fileOrId);
    void showAgent(int agentIndex);

    SystemClock m_clock;
    std::unique_ptr<demo::DemoWorld> m_demo; // outlives the fleet that watches it
    fleet::Fleet m_fleet;
    fleet::Setup m_setup;
    app::FleetArguments m_arguments;
    SleepMonitor m_sleep;
    DBusNotificationService m_notifications;
    DesktopNotifier m_notifier;
    TrayIcon m_tray;
    QQmlApplicationEngine m_qml;
    QQuickWindow *m_window = nullptr;
};

} // namespace heartline
