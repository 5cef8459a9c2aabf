// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "identity/encoding.h"
#include "identity/entity_id.h"
#include "identity/key_file.h"
#include "identity/known_answer.h"
#include "support/test_data.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace heartline;
using namespace heartline::identity;
using protocol::Json;

class IdentityTest : public QObject {
    Q_OBJECT
    Json vectors = test::fileJson(TEST_DATA "/ed25519.json");

    static SecretKey fromHex(const std::string &hex) {
        const QByteArray bytes = QByteArray::fromHex(QByteArray::fromStdString(hex));
        return *SecretKey::fromBytes(
            std::span(reinterpret_cast<const std::uint8_t *>(bytes.constData()),
                      static_cast<std::size_t>(bytes.size())));
    }
    SecretKey developer() { return fromHex(vectors["developer"]["seed_hex"]); }
    static PublicKey key(const Json &text) { return *PublicKey::parse(text.get<std::string>()); }

private Q_SLOTS:
    void knownAnswersHold() { QVERIFY(runKnownAnswerTest()); }

    void developerVectorGivesKeyAndId() {
        const Json &d = vectors["developer"];
        QCOMPARE(developer().publicKey().text(), d["public_key"].get<std::string>());
        QCOMPARE(makeId(IdKind::Developer, developer().publicKey()),
                 d["developer_id"].get<std::string>());
    }

    void idsOfTheOldFormAreOpaque() {
        QVERIFY(isOldId("agdns:registry:00ff"));
        QVERIFY(isOldId("agdns:abc"));
        QVERIFY(!isOldId("zns:abc"));
        QVERIFY(!isOldId("agdns:"));
        QVERIFY(!isOldId("agdns:a b"));
        QVERIFY(!isOldId("agdns:" + std::string(200, 'a')));
    }

    void anIdProvesItsKeyInWhateverForm() {
        const SecretKey agent = developer().deriveAgentKey(0);
        const std::string id = makeId(IdKind::Agent, agent.publicKey());
        const std::string hex = id.substr(idPrefix(IdKind::Agent).size());
        QVERIFY(entityIdMatchesKey("agdns:" + hex, agent.publicKey()));
        std::string capitals = hex;
        std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                       [](char c) { return c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c; });
        QVERIFY(entityIdMatchesKey("zns:" + capitals, agent.publicKey()));
        QVERIFY(!entityIdMatchesKey("agdns:abc", agent.publicKey()));
        QVERIFY(!entityIdMatchesKey("agdns:" + hex.substr(1) + "0", agent.publicKey()));
    }

    void derivedVectorsGiveSeedsIdsAndProofs() {
        QCOMPARE(vectors["derived"].size(), 6U);
        for (const Json &v : vectors["derived"]) {
            const auto index = v["index"].get<std::uint32_t>();
            const SecretKey agent = developer().deriveAgentKey(index);
            QCOMPARE(toHex(agent.seed()), v["seed_hex"].get<std::string>());
            QCOMPARE(agent.publicKey().text(), v["public_key"].get<std::string>());
            QCOMPARE(makeId(IdKind::Agent, agent.publicKey()), v["agent_id"].get<std::string>());
            QCOMPARE(makeId(IdKind::Service, agent.publicKey()),
                     v["service_id"].get<std::string>());
            QVERIFY(entityIdMatchesKey(v["service_id"].get<std::string>(), agent.publicKey()));
            const auto proof = DeveloperProof::make(developer(), agent.publicKey(), index);
            QCOMPARE(proof.developerSignature.text(),
                     v["developer_proof"]["developer_signature"].get<std::string>());
            QVERIFY(proof.isValidFor(agent.publicKey()));
        }
    }

    void everyRejectionIsRejected() {
        int seen = 0;
        for (const Json &v : vectors["must_reject"]) {
            const PublicKey publicKey = key(v["public_key"]);
            const std::string why = v["why"];
            ++seen;
            if (v.contains("developer_proof")) {
                const Json &p = v["developer_proof"];
                const DeveloperProof proof{
                    key(p["developer_public_key"]), p["entity_index"].get<std::uint32_t>(),
                    *Signature::parse(p["developer_signature"].get<std::string>())};
                QVERIFY2(!proof.isValidFor(publicKey), why.c_str());
                continue;
            }
            const auto signature = Signature::parse(v["signature"].get<std::string>());
            QVERIFY2(!signature ||
                         !publicKey.verifies(v["signed_text"].get<std::string>(), *signature),
                     why.c_str());
        }
        QCOMPARE(seen, 7);
    }

    void deregistrationVectorsVerify() {
        const Json &v = vectors["deregister"];
        const std::string text = v["signed_text"];
        const SecretKey agent = developer().deriveAgentKey(0);
        QCOMPARE("Bearer " + agent.sign(text).text(), v["authorization_agent"].get<std::string>());
        QCOMPARE("Bearer-Dev " + developer().sign(text).text(),
                 v["authorization_developer"].get<std::string>());
    }

    void keyFilesOfAllShapesAreRead() {
        const QTemporaryDir dir;
        for (const Json &v : vectors["keypair_files"]) {
            const std::string path = dir.filePath(QStringLiteral("key.json")).toStdString();
            QVERIFY(writeFileAtomically(path, v["file"].dump(), FileAccess::OwnerOnly,
                                        IfExists::Replace));
            const auto file = readKeyFile(path);
            QVERIFY2(file, file ? "" : file.error().message.c_str());
            QCOMPARE(toBase64(file->key.publicKey().bytes),
                     v["file"]["public_key"].get<std::string>());
            QVERIFY(!file->statedKeyDiffers);
            QVERIFY(!file->looseMode);
            QCOMPARE(file->derivedFrom.has_value(), v["file"].contains("derived_from"));
        }
    }

    void damagedKeyFilesGiveErrorsThatNameThem() {
        const QTemporaryDir dir;
        const std::string path = dir.filePath(QStringLiteral("bad.json")).toStdString();
        for (const char *content :
             {"", "[]", "{}", "{\"private_key\":5}", "{\"private_key\":\"!!\"}",
              "{\"private_key\":\"AQID\"}", "\xEF\xBB\xBF{"}) {
            QVERIFY(writeFileAtomically(path, content, FileAccess::OwnerOnly, IfExists::Replace));
            const auto file = readKeyFile(path);
            QVERIFY(!file);
            QVERIFY(file.error().message.find(path) != std::string::npos);
        }
        // The halves of a 64-byte key must belong together.
        std::vector<std::uint8_t> bytes(64, 7);
        QVERIFY(!SecretKey::fromBytes(bytes));
    }

    void writtenKeyFilesAreForTheirOwnerAndNeverOverwritten() {
        const QTemporaryDir dir;
        const std::string path = dir.filePath(QStringLiteral("sub/new.json")).toStdString();
        const SecretKey fresh = SecretKey::generate();
        QVERIFY(writeKeyFile(path, fresh));
        QCOMPARE(QFile::permissions(QString::fromStdString(path)) &
                     (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
        QCOMPARE(readKeyFile(path)->key.publicKey(), fresh.publicKey());
        const auto again = writeKeyFile(path, SecretKey::generate());
        QVERIFY(!again);
        QCOMPARE(again.error().kind, ErrorKind::Conflict);
        QCOMPARE(readKeyFile(path)->key.publicKey(), fresh.publicKey());
    }

    void aStatedKeyThatDiffersIsReported() {
        const QTemporaryDir dir;
        const std::string path = dir.filePath(QStringLiteral("k.json")).toStdString();
        Json file = vectors["keypair_files"][0]["file"];
        file["public_key"] = "lLCFpZihMbci6p8LTUrEzndOveIXdHA9xQZ+L5dBPTI=";
        QVERIFY(writeFileAtomically(path, file.dump(), FileAccess::OwnerOnly, IfExists::Replace));
        QVERIFY(readKeyFile(path)->statedKeyDiffers);
    }

    void anIdMayBeWrittenInTheOldForm() {
        QVERIFY(isSameId("zns:registry:ab", "agdns:registry:AB"));
        QVERIFY(isSameId("zns:registry:ab", "zns:registry:ab"));
        QVERIFY(!isSameId("zns:registry:ab", "zns:registry:ac"));
        QVERIFY(!isSameId("zns:registry:ab", "zns:dev:ab"));
        QVERIFY(!isSameId("zns:registry:ab", ""));
    }

    void base64IsStrictOnTheWireAndLenientInFiles() {
        QVERIFY(fromBase64("AQID"));
        QVERIFY(!fromBase64("AQI"));
        QVERIFY(!fromBase64("AQ-_"));
        QVERIFY(!fromBase64("AQID "));
        QVERIFY(fromBase64Lenient("AQI"));
        QVERIFY(fromBase64Lenient("_-8"));
    }
};

QTEST_GUILESS_MAIN(IdentityTest)
#include "identity_test.moc"
