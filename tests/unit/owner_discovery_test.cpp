// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "fleet/owner_discovery.h"

#include <QTemporaryDir>
#include <QTest>

using namespace heartline;
using namespace heartline::fleet;

namespace {
constexpr const char *kHome = TEST_DATA "/operator-home/zynd";
constexpr const char *kDeveloper = "zns:dev:77dd76352e48b1b2d018dc56a118a947";
} // namespace

class OwnerDiscoveryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theOperatorsFolderGivesDeveloperAndRegistry() {
        const Owner owner = discoverOwner(
            {.zyndHome = kHome, .userHome = "/nowhere", .workingDirectory = "/nowhere"});
        QVERIFY(owner.developerId == kDeveloper);
        QCOMPARE(owner.registries.size(), 1U);
        QCOMPARE(owner.registries[0].url, std::string("http://127.0.0.1:8080"));
    }
    void theToolsFormOfTheKeyIsTheSameDeveloper() {
        const Owner owner = discoverOwner({.zyndHome = TEST_DATA "/operator-home/tool-home",
                                           .userHome = "/nowhere",
                                           .workingDirectory = "/nowhere"});
        QVERIFY(owner.developerId == kDeveloper);
        QCOMPARE(owner.registries[0].url, std::string("https://zns01.zynd.ai"));
    }
    void theEnvironmentsRegistryGoesFirstAndTheCardCounts() {
        const Owner owner =
            discoverOwner({.zyndHome = kHome,
                           .userHome = "/nowhere",
                           .registryUrl = "https://eu.example.net/",
                           .workingDirectory = TEST_DATA "/operator-home/projects/translator-de"});
        QCOMPARE(owner.registries[0].url, std::string("https://eu.example.net"));
        std::vector<std::string> urls;
        for (const FoundRegistry &r : owner.registries)
            urls.push_back(r.url);
        QVERIFY(std::count(urls.begin(), urls.end(), "http://127.0.0.1:8080") == 1);
        QVERIFY(std::count(urls.begin(), urls.end(), "https://zns01.zynd.ai") == 1);
    }
    void nothingThereSaysWhereItLooked() {
        const Owner owner = discoverOwner(
            {.zyndHome = "/nowhere/a", .userHome = "/nowhere/b", .workingDirectory = "/nowhere"});
        QVERIFY(!owner.developerId);
        QCOMPARE(owner.lookedAt.size(), 2U);
        QVERIFY(owner.lookedAt[0].find("/nowhere/a/developer.json") == 0);
        QVERIFY(owner.lookedAt[1].find("/nowhere/b/.zynd/developer.json") == 0);
    }
    void damagedFilesAreToldAndPassedOver() {
        const QTemporaryDir dir;
        const std::string home = dir.path().toStdString();
        QVERIFY(writeFileAtomically(home + "/developer.json", "{", FileAccess::OwnerOnly,
                                    IfExists::Replace));
        QVERIFY(writeFileAtomically(home + "/config.json", "[]", FileAccess::Public,
                                    IfExists::Replace));
        const Owner owner = discoverOwner(
            {.zyndHome = home, .userHome = "/nowhere", .workingDirectory = "/nowhere"});
        QVERIFY(!owner.developerId);
        QCOMPARE(owner.warnings.size(), 2U);
    }
    void anIdOrAFileNamesADeveloper() {
        QCOMPARE(*developerIdFrom(kDeveloper), std::string(kDeveloper));
        QCOMPARE(*developerIdFrom(std::string(kHome) + "/developer.json"), std::string(kDeveloper));
        QVERIFY(!developerIdFrom("zns:dev:zz"));
        QVERIFY(!developerIdFrom("/nowhere.json"));
    }
};

QTEST_GUILESS_MAIN(OwnerDiscoveryTest)
#include "owner_discovery_test.moc"
