// SPDX-License-Identifier: GPL-3.0-or-later
#include "test_setup.h"

#include <QApplication>
#include <QtQuickTest>

int main(int argc, char **argv) {
    const QApplication application(argc, argv); // Qt Charts needs widgets
    heartline::test::TestSetup setup;
    return quick_test_main_with_setup(argc, argv, "qml", QUICK_TEST_SOURCE_DIR, &setup);
}
