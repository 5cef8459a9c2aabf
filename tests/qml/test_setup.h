// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet_driver.h"
#include "icon_provider.h"
#include "setup.h"

#include <QQmlEngine>

namespace heartline::test {

/// Made before the tests, given to each engine.
class TestSetup : public QObject {
    Q_OBJECT
public:
    TestSetup() : m_fleet(m_clock), m_setup(nullptr), m_driver(m_fleet) {
        fleet::Fleet::provide(&m_fleet);
        fleet::Setup::provide(&m_setup);
        m_fleet.configure({});
    }

public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine) {
        engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
        engine->addImageProvider(QStringLiteral("icons"), new IconProvider);
        qmlRegisterSingletonInstance("Heartline.Tests", 1, 0, "FleetDriver", &m_driver);
    }

private:
    SystemClock m_clock;
    fleet::Fleet m_fleet;
    fleet::Setup m_setup;
    FleetDriver m_driver;
};

} // namespace heartline::test
