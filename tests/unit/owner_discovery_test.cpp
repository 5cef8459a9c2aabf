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
    void keysOnThisMachineAreCandidatesUnderBothTheirIds() {
        const Owner owner = discoverOwner(
            {.zyndHome = kHome, .userHome = "/nowhere", .workingDirectory = "/nowhere"});
        std::vector<std::string> labels;
        for (const Candidate &candidate : owner.candidates) {
            QCOMPARE(candidate.ids.size(), 2U);
            QVERIFY(candidate.ids[0].starts_with("zns:") &&
                    candidate.ids[1].starts_with("zns:svc:"));
            if (!candidate.label.empty())
                labels.push_back(candidate.label.substr(std::string(kHome).size() + 1));
        }
        const auto has = [&labels](const char *label) {
            return std::count(labels.begin(), labels.end(), label) == 1;
        };
        // A slash in a name makes a folder, and the next key got the same index: one key, told
        // once.
        QVERIFY(has("services/ocr-service/keypair.json") != has("services/rates/eu/keypair.json"));
        QVERIFY(has("agents/old-standalone.json"));
        QVERIFY(has("agent-3.json")); // the tool's form, 64 bytes
        QVERIFY(!has("identity.json") && !has("developer.json"));
        QVERIFY(owner.candidates.size() >= 64); // and those that the developer's key derives
        // A key of a former developer is told of.
        QVERIFY(std::any_of(owner.warnings.begin(), owner.warnings.end(), [](const auto &warning) {
            return warning.find("former-key") != std::string::npos;
        }));
    }
    void anIdOrAFileNamesADeveloper() {
        QCOMPARE(*developerIdFrom(kDeveloper), std::string(kDeveloper));
        QCOMPARE(*developerIdFrom(std::string(kHome) + "/developer.json"), std::string(kDeveloper));
        QVERIFY(!developerIdFrom("zns:dev:zz"));
        QCOMPARE(*developerIdFrom("agdns:dev:2b175b3b"), std::string("agdns:dev:2b175b3b"));
        QVERIFY(!developerIdFrom("agdns:"));
        QVERIFY(!developerIdFrom("agdns:dev/../2b175b3b"));
        QVERIFY(!developerIdFrom("/nowhere.json"));
    }
};

QTEST_GUILESS_MAIN(OwnerDiscoveryTest)
#include "owner_discovery_test.moc"
