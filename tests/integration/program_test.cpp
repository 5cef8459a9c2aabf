// SPDX-License-Identifier: GPL-3.0-or-later
// heartlinectl as a person or a script uses it.
#include "protocol/json.h"
#include "support/ill_registry.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace heartline;
using protocol::Json;

namespace {
struct Outcome {
    int code = -1;
    QByteArray out;
    QByteArray err;
};
} // namespace

class ProgramTest : public QObject {
    Q_OBJECT
    QTemporaryDir home;

    void prepare(QProcess &process, const QStringList &arguments) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("HOME"), home.path());
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home.path());
        environment.remove(QStringLiteral("ZYND_HOME"));
        environment.remove(QStringLiteral("ZYND_REGISTRY_URL"));
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(home.path());
        process.setProgram(QStringLiteral(BIN_DIR "/heartlinectl"));
        process.setArguments(arguments);
    }
    Outcome run(const QStringList &arguments) {
        QProcess process;
        prepare(process, arguments);
        process.start();
        process.waitForFinished(30000);
        return {process.exitCode(), process.readAllStandardOutput(),
                process.readAllStandardError()};
    }

private Q_SLOTS:
    void everySubcommandHelps_data() {
        QTest::addColumn<QStringList>("arguments");
        for (const char *name :
             {"", "watch", "registry", "agent", "keys", "keys new", "keys derive", "keys show"})
            QTest::newRow(name) << (QString::fromLatin1(name).split(' ', Qt::SkipEmptyParts)
                                    << "--help");
    }
    void everySubcommandHelps() {
        QFETCH(QStringList, arguments);
        const Outcome o = run(arguments);
        QCOMPARE(o.code, 0);
        QVERIFY(o.out.size() > 50);
    }
    void aListThatFailsIsSaidAndOnceExitsWith1() {
        const test::SmallNetwork network;
        test::IllRegistry registry(network, 3);
        const QString developer = QString::fromStdString(
            identity::makeId(identity::IdKind::Developer, network.developer.publicKey()));
        const QStringList arguments{"watch",       "--once",
                                    "--developer", developer,
                                    "--registry",  QString::fromStdString(registry.url())};
        const Outcome well = run(arguments);
        QCOMPARE(well.code, 0);
        registry.set(test::IllRegistry::Illness::ListFails);
        const Outcome ill = run(arguments);
        QCOMPARE(ill.code, 1);
        QVERIFY2(ill.err.contains("the list of agents at") && ill.err.contains("500"),
                 ill.err.constData());
        QVERIFY(!ill.out.contains("No agents yet"));
    }
    void badArgumentsGiveOneLineAndExitWith2_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("nothing") << QStringList();
        QTest::newRow("unknown") << QStringList{"frobnicate"};
        QTest::newRow("bad listen") << QStringList{"registry", "--listen", "nowhere"};
        QTest::newRow("bad number") << QStringList{"watch", "--ping", "x"};
        QTest::newRow("no key") << QStringList{"agent"};
        QTest::newRow("no developer") << QStringList{"watch", "--json"};
        QTest::newRow("bad id") << QStringList{"watch", "--developer", "zns:dev:zz"};
        QTest::newRow("bad url") << QStringList{"watch", "--developer",
                                                "zns:dev:77dd76352e48b1b2d018dc56a118a947",
                                                "--registry", "nohost"};
        QTest::newRow("marks out of order") << QStringList{
            "watch", "--developer", "zns:dev:77dd76352e48b1b2d018dc56a118a947", "--stale", "10"};
    }
    void badArgumentsGiveOneLineAndExitWith2() {
        QFETCH(QStringList, arguments);
        const Outcome o = run(arguments);
        QCOMPARE(o.code, 2);
        QCOMPARE(o.err.count('\n'), 1);
        QVERIFY(o.out.isEmpty());
    }
    void keysAreMadeDerivedAndShownWithoutTheirSecret() {
        const QString developer = home.filePath(QStringLiteral("dev.json"));
        const QString agent = home.filePath(QStringLiteral("agent.json"));
        QCOMPARE(run({"keys", "new", "--out", developer}).code, 0);
        QCOMPARE(run({"keys", "new", "--out", developer}).code, 1); // never overwritten
        QCOMPARE(
            run({"keys", "derive", "--developer", developer, "--index", "3", "--out", agent}).code,
            0);
        QFile file(agent);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const Json json = Json::parse(file.readAll().toStdString());
        const Outcome shown = run({"keys", "show", agent});
        QCOMPARE(shown.code, 0);
        QVERIFY(shown.out.contains("zns:"));
        QVERIFY(
            !shown.out.contains(QByteArray::fromStdString(json["private_key"].get<std::string>())));
        QVERIFY(shown.out.contains("index 3"));
    }
    void aRegistryAnAgentAndAWatchWorkTogether() {
        QProcess registry;
        prepare(registry, {"registry", "--listen", "127.0.0.1:0"});
        registry.start();
        QVERIFY(registry.waitForReadyRead(10000));
        const QString url = QString::fromUtf8(registry.readLine())
                                .section(QStringLiteral(" on "), 1)
                                .section(',', 0, 0)
                                .trimmed();
        const QString developer = home.filePath(QStringLiteral("developer2.json"));
        const QString key = home.filePath(QStringLiteral("agent2.json"));
        QCOMPARE(run({"keys", "new", "--out", developer}).code, 0);
        QCOMPARE(
            run({"keys", "derive", "--developer", developer, "--index", "0", "--out", key}).code,
            0);
        QProcess agent;
        prepare(agent, {"agent", "--key", key, "--developer", developer, "--registry", url,
                        "--name", "tester", "--ping", "1"});
        agent.start();
        QByteArray log;
        QTRY_VERIFY_WITH_TIMEOUT(
            (log += agent.readAll()).contains("[heartbeat] connected — pinging every 1s"), 10000);
        Outcome once;
        const auto state = [&] {
            once = run({"watch", "--once", "--json", "--developer", developer, "--registry", url});
            return once.out.isEmpty()
                       ? std::string()
                       : Json::parse(once.out.toStdString())["state"].get<std::string>();
        };
        // Its first beat cannot be told from its registration: the record shows it from the third
        // second on.
        bool active = false;
        QTRY_VERIFY_WITH_TIMEOUT((active = active || state() == "active"), 60000);
        const Json line = Json::parse(once.out.toStdString());
        for (const char *member :
             {"time", "agent_id", "name", "registry", "state", "previous", "age_s", "alert"})
            QVERIFY2(line.contains(member), member);
        QCOMPARE(line["name"].get<std::string>(), std::string("tester"));
        QVERIFY(line["alert"].is_null());
        agent.terminate();
        QVERIFY(agent.waitForFinished(10000));
        QCOMPARE(agent.exitCode(), 0);
        registry.terminate();
        QVERIFY(registry.waitForFinished(10000));
        QCOMPARE(registry.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(ProgramTest)
#include "program_test.moc"
