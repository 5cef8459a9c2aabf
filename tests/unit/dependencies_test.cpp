// SPDX-License-Identifier: GPL-3.0-or-later
// Holds the direction of the arrows: who may include whom, and what models must never touch.
#include "support/test_data.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>

namespace {

const QMap<QString, QStringList> &mayInclude() {
    static const QMap<QString, QStringList> map{
        {"base", {}},
        {"storage", {"base"}},
        {"identity", {"base"}},
        {"protocol", {"base", "identity"}},
        {"http", {"base"}},
        {"liveness", {"base", "identity", "protocol"}},
        {"history", {"base", "storage", "identity", "protocol", "liveness"}},
        {"alerts", {"base", "identity", "protocol", "liveness"}},
        {"host", {"base"}},
        {"registry", {"base", "identity", "protocol", "liveness"}},
        {"watch", {"base", "identity", "protocol", "liveness", "registry"}},
        {"diagnosis", {"base", "identity", "protocol", "liveness", "http", "alerts"}},
        {"agent", {"base", "identity", "protocol", "http"}},
        {"node", {"base", "storage", "identity", "protocol", "http"}},
        {"fleet",
         {"base", "identity", "protocol", "liveness", "http", "history", "alerts", "registry",
          "diagnosis", "host", "watch"}},
    };
    return map;
}

QStringList sources(const QString &folder) {
    QStringList files;
    QDirIterator it(folder, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext())
        files << it.next();
    return files;
}

} // namespace

class DependenciesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void modelsIncludeOnlyWhatTheyMay() {
        const QString models = QStringLiteral(SOURCE_DIR "/models/");
        static const QRegularExpression include(
            QStringLiteral("#include \"([a-z0-9_]+)/[a-z0-9_/]+\\.h\""));
        int seen = 0;
        for (const QString &file : sources(models)) {
            const QString module = file.mid(models.size()).section(QLatin1Char('/'), 0, 0);
            QVERIFY2(mayInclude().contains(module), qPrintable(file));
            auto matches = include.globalMatch(
                QString::fromStdString(heartline::test::fileText(file.toStdString())));
            while (matches.hasNext()) {
                const QString target = matches.next().captured(1);
                ++seen;
                QVERIFY2(target == module || mayInclude()[module].contains(target),
                         qPrintable(file + " includes " + target));
            }
        }
        QVERIFY(seen > 200);
    }
    void modelsNeverTouchGuiQuickOrWidgets() {
        static const QRegularExpression gui(
            QStringLiteral("#include "
                           "<(QGui|QImage|QColor|QPainter|QPixmap|QFont|QIcon|QWidget|QApplication|"
                           "QQuick|QSG|QtGui|QtQuick|QtWidgets|QDBus)"));
        static const QRegularExpression link(
            QStringLiteral("Qt6::(Gui|Quick|Widgets|Charts|Svg|DBus)"));
        for (const QString &file : sources(QStringLiteral(SOURCE_DIR "/models")))
            QVERIFY2(!QString::fromStdString(heartline::test::fileText(file.toStdString()))
                          .contains(gui),
                     qPrintable(file));
        QDirIterator it(QStringLiteral(SOURCE_DIR "/models"), {"CMakeLists.txt"}, QDir::Files,
                        QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString file = it.next();
            QVERIFY2(!QString::fromStdString(heartline::test::fileText(file.toStdString()))
                          .contains(link),
                     qPrintable(file));
        }
    }
    void whatDecidesReadsNoClockAndOwnsNoTimer() {
        static const QRegularExpression edge(QStringLiteral(
            "QTimer|QDateTime|system_clock::now|steady_clock|QNetwork|QWebSocket|QFile|QObject"));
        for (const char *module : {"identity", "protocol", "liveness", "alerts", "registry"})
            for (const QString &file : sources(QStringLiteral(SOURCE_DIR "/models/") + module)) {
                const QString text =
                    QString::fromStdString(heartline::test::fileText(file.toStdString()));
                const auto match = edge.match(text);
                QVERIFY2(!match.hasMatch(), qPrintable(file + ": " + match.captured()));
            }
    }
    void libsodiumStaysInIdentity() {
        for (const QString &file : sources(QStringLiteral(SOURCE_DIR "/models")) +
                                       sources(QStringLiteral(SOURCE_DIR "/app")))
            if (!file.contains(QLatin1String("/identity/")))
                QVERIFY2(!QString::fromStdString(heartline::test::fileText(file.toStdString()))
                              .contains("<sodium"),
                         qPrintable(file));
    }
};

QTEST_GUILESS_MAIN(DependenciesTest)
#include "dependencies_test.moc"
