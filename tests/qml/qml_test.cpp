// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet_driver.h"
#include "icon_provider.h"
#include "setup.h"

#include <QApplication>
#include <QQmlEngine>
#include <QtQuickTest>

namespace {

/// Made before the tests, given to each engine.
class TestSetup : public QObject {
    Q_OBJECT
public:
    TestSetup() : m_fleet(m_clock), m_setup(nullptr), m_driver(m_fleet) {
        heartline::fleet::Fleet::provide(&m_fleet);
        heartline::fleet::Setup::provide(&m_setup);
        m_fleet.configure({});
    }

public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine) {
        engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
        engine->addImageProvider(QStringLiteral("icons"), new heartline::IconProvider);
        qmlRegisterSingletonInstance("Heartline.Tests", 1, 0, "FleetDriver", &m_driver);
    }

private:
    heartline::SystemClock m_clock;
    heartline::fleet::Fleet m_fleet;
    heartline::fleet::Setup m_setup;
    heartline::test::FleetDriver m_driver;
};

} // namespace

int main(int argc, char **argv) {
    QApplication application(argc, argv); // Qt Charts needs widgets
    TestSetup setup;
    return quick_test_main_with_setup(argc, argv, "qml", QUICK_TEST_SOURCE_DIR, &setup);
}

#include "qml_test.moc"
