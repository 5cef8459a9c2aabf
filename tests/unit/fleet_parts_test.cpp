// SPDX-License-Identifier: GPL-3.0-or-later
// The small pure parts of the fleet, and the file of stored watches.
#include "fleet/candidate_search.h"
#include "fleet/search_checks.h"
#include "history/watch_store.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace heartline;
using namespace heartline::fleet;
using history::StoredFleet;
using history::StoredWatch;
using history::WatchStore;

namespace {

Candidate derived(std::uint32_t index) {
    return {{"zns:" + std::to_string(index), "zns:svc:" + std::to_string(index)}, {}, index};
}
bool nobody(const std::string &) {
    return false;
}

} // namespace

class FleetPartsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void candidatesAreAskedForBothTheirIds() {
        CandidateSearch search({{{"zns:1", "zns:svc:1"}, "one.json", {}}}, 1, 1);
        MonoTime now(100s);
        QCOMPARE(*search.next(0, now, nobody), std::string("zns:1"));
        QVERIFY(!search.next(0, now, nobody)); // an answer is out
        search.answered(0, CandidateSearch::Answer::Missing, now);
        QVERIFY(!search.next(0, now, nobody)); // it rests
        QVERIFY(search.unregistered(nobody).empty());
        now += 1s;
        QCOMPARE(*search.next(0, now, nobody), std::string("zns:svc:1"));
        search.answered(0, CandidateSearch::Answer::Missing, now);
        QCOMPARE(search.unregistered(nobody), std::vector<std::string>{"one.json"});
        QVERIFY(!search.next(0, now + 200s, nobody));
        QVERIFY(search.next(0, now + 301s, nobody).has_value()); // the next pass
    }
    void oneThatWasPutOffIsGivenAgain() {
        CandidateSearch search({{{"zns:1", "zns:svc:1"}, "one.json", {}}}, 1, 1);
        const MonoTime now(100s);
        QCOMPARE(*search.next(0, now, nobody), std::string("zns:1"));
        search.putOff(0);
        QCOMPARE(*search.next(0, now, nobody), std::string("zns:1"));
        search.answered(0, CandidateSearch::Answer::Missing, now);
        QVERIFY(search.unregistered(nobody).empty()); // its other id was not asked for
    }
    void aFailureIsNoAnswer() {
        CandidateSearch search({{{"zns:1"}, "one.json", {}}}, 1, 1);
        QVERIFY(search.next(0, MonoTime(100s), nobody).has_value());
        search.answered(0, CandidateSearch::Answer::Failed, MonoTime(100s));
        QVERIFY(search.unregistered(nobody).empty());
        QVERIFY(!search.next(0, MonoTime(101s), nobody));
        QCOMPARE(*search.next(0, MonoTime(106s), nobody), std::string("zns:1"));
    }
    void whatFailsRestsEverLongerAndHoldsUpNobody() {
        CandidateSearch search({{{"zns:1"}, "one.json", {}}, {{"zns:2"}, "two.json", {}}}, 1, 1);
        MonoTime now(100s);
        std::vector<std::string> asked;
        for (int i = 0; i < 2400; ++i, now += 250ms)
            if (const auto id = search.next(0, now, nobody)) {
                asked.push_back(*id);
                search.answered(0, CandidateSearch::Answer::Failed, now);
            }
        QVERIFY(asked.size() > 5 && asked.size() < 10); // of ten minutes
        QCOMPARE(asked[2], std::string("zns:1"));
        QCOMPARE(asked[3], std::string("zns:2"));
        QVERIFY(search.unregistered(nobody).empty());
    }
    void oneThatCannotBeReadIsPassedOverAndNotMissing() {
        CandidateSearch search({{{"zns:1"}, "one.json", {}}, {{"zns:2"}, "two.json", {}}}, 1, 1);
        QCOMPARE(*search.next(0, MonoTime(100s), nobody), std::string("zns:1"));
        search.answered(0, CandidateSearch::Answer::Unreadable, MonoTime(100s));
        QCOMPARE(*search.next(0, MonoTime(101s), nobody), std::string("zns:2"));
        search.answered(0, CandidateSearch::Answer::Missing, MonoTime(101s));
        QCOMPARE(search.unregistered(nobody), std::vector<std::string>{"two.json"});
    }
    void whatIsKnownIsNotAskedFor() {
        CandidateSearch search({{{"zns:1", "zns:svc:1"}, "one", {}}, {{"zns:2"}, "two", {}}}, 1, 1);
        const auto known = [](const std::string &id) { return id == "zns:svc:1"; };
        QCOMPARE(*search.next(0, MonoTime(100s), known), std::string("zns:2"));
        search.answered(0, CandidateSearch::Answer::Found, MonoTime(100s));
        QVERIFY(search.unregistered(known).empty());
    }
    void afterALongGapDerivedKeysAreNotAskedFor() {
        std::vector<Candidate> all;
        for (std::uint32_t i = 0; i < 64; ++i)
            all.push_back(derived(i));
        CandidateSearch search(all, 1, 1);
        MonoTime now(100s);
        int asked = 0;
        for (int i = 0; i < 400; ++i, now += 600ms) // less than until the second pass
            if (search.next(0, now, nobody)) {
                ++asked;
                search.answered(0, CandidateSearch::Answer::Missing, now);
            }
        QCOMPARE(asked, 2 * CandidateSearch::kGap);
        QVERIFY(search.unregistered(nobody).empty()); // derived ones are missed by nobody
    }

    void searchesAreSpreadAndChangesGoFirst() {
        SearchChecks checks(1);
        MonoTime now(100s);
        for (std::uint32_t agent = 0; agent < 3; ++agent)
            checks.wanted(agent);
        QCOMPARE(*checks.next(now), 0U);
        QVERIFY(!checks.next(now)); // one is out
        checks.done(now);
        QVERIFY(!checks.next(now)); // it rests
        now += 2s;
        checks.wanted(1); // it waits already
        QCOMPARE(*checks.next(now), 1U);
        checks.done(now);
        QCOMPARE(*checks.next(now += 2s), 2U);
        checks.done(now);
        QVERIFY(!checks.next(now += 10s)); // all were checked lately
        QVERIFY(checks.next(now += 600s).has_value());
    }
    void searchesAreMadeAgainWhenTheyWereWantedLater() {
        SearchChecks checks(1);
        MonoTime now(100s);
        checks.wanted(0);
        QCOMPARE(*checks.next(now), 0U);
        checks.done(now);
        checks.wantedAt(0, now + 60s);
        QVERIFY(!checks.next(now + 59s));
        QCOMPARE(*checks.next(now + 60s), 0U);
    }

    void aStoreOfTheFirstVersionIsTakenOver() {
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("watches.sqlite"));
        {
            QSqlDatabase old = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"),
                                                         QStringLiteral("first version"));
            old.setDatabaseName(path);
            QVERIFY(old.open());
            QSqlQuery query(old);
            QVERIFY(query.exec(QStringLiteral(
                "CREATE TABLE watches(developer_id TEXT NOT NULL, registry TEXT NOT NULL, "
                "entity_id TEXT NOT NULL, name TEXT NOT NULL, registered_ns INTEGER, "
                "beat_earliest_ns INTEGER, beat_latest_ns INTEGER, ever_beat INTEGER NOT NULL, "
                "gone INTEGER NOT NULL, alerted INTEGER NOT NULL, raised_ns INTEGER, "
                "down_since_ns INTEGER, PRIMARY KEY(developer_id, registry, entity_id)) "
                "WITHOUT ROWID")));
            QVERIFY(
                query.exec(QStringLiteral("INSERT INTO watches VALUES('zns:dev:1', 'https://a', "
                                          "'zns:1', 'n', 1, 7, 9, 1, 0, 1, 11, 12)")));
            QVERIFY(query.exec(QStringLiteral("PRAGMA user_version=1")));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("first version"));
        StoredFleet stored;
        QVERIFY(WatchStore::open(path.toStdString(), "zns:dev:1", stored));
        QCOMPARE(stored.watches.size(), 1U);
        QVERIFY(stored.watches[0].beatStamp == UtcTime(Nanoseconds(7)));
        QVERIFY(stored.watches[0].beatLatest == UtcTime(Nanoseconds(9)));
        QVERIFY(stored.watches[0].alerted &&
                stored.watches[0].downSince == UtcTime(Nanoseconds(12)));
    }
    void storedWatchesComeBackAsTheyWere() {
        const QTemporaryDir dir;
        const std::string path = dir.filePath(QStringLiteral("deep/watches.sqlite")).toStdString();
        const StoredWatch kept{"https://a", "zns:1",         "näme", UtcTime(1s), UtcTime(9s),
                               UtcTime(2s), UtcTime(2500ms), true,   false,       true,
                               UtcTime(3s), std::nullopt,    true};
        StoredWatch other = kept;
        other.entityId = "zns:2";
        {
            StoredFleet stored;
            auto store = WatchStore::open(path, "zns:dev:1", stored);
            QVERIFY(store && stored.watches.empty());
            (*store)->put(kept, true);
            (*store)->put(other, false);
            (*store)->remove("https://a", "zns:2");
            (*store)->putRegistry("https://a", "zns:registry:1");
        }
        StoredFleet stored;
        QVERIFY(WatchStore::open(path, "zns:dev:1", stored));
        QCOMPARE(stored.watches.size(), 1U);
        QVERIFY(stored.watches[0] == kept);
        QCOMPARE(stored.registryIds.at("https://a"), "zns:registry:1");
        stored = {};
        QVERIFY(WatchStore::open(path, "zns:dev:2", stored)); // somebody else's
        QVERIFY(stored.watches.empty());
    }
    void aFileThatIsNoDatabaseIsRefusedAndNotTouched() {
        const QTemporaryDir dir;
        QFile file(dir.filePath(QStringLiteral("watches.sqlite")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is no database, but a letter of some length to my landlord");
        file.close();
        StoredFleet stored;
        const auto store = WatchStore::open(file.fileName().toStdString(), "zns:dev:1", stored);
        QVERIFY(!store);
        QVERIFY(store.error().message.find("watches.sqlite") != std::string::npos);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().startsWith("this is no database"));
    }
};

QTEST_GUILESS_MAIN(FleetPartsTest)
#include "fleet_parts_test.moc"
