// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/backoff.h"
#include "base/http_date.h"
#include "base/mailbox.h"
#include "base/rfc3339.h"
#include "http/request.h"

#include <QTest>
#include <ctime>
#include <thread>

using namespace heartline;

class BaseTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void timestampsAreReadStrictly_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("written");
        const auto row = [](const char *text, const char *written) {
            QTest::newRow(text) << text << written;
        };
        row("2026-11-24T08:45:23.372963443Z", "2026-11-24T08:45:23.372963443Z");
        row("2026-11-24T08:47:27.01148982Z", "2026-11-24T08:47:27.01148982Z");
        row("2026-03-12T10:00:30Z", "2026-03-12T10:00:30Z");
        row("2026-03-12T12:30:30+02:30", "2026-03-12T10:00:30Z");
        row("2026-03-11T23:00:30.5-11:00", "2026-03-12T10:00:30.5Z");
        row("2024-02-29T00:00:00.99999999999Z",
            "2024-02-29T00:00:00.999999999Z"); // cut, never rounded up
        row("1999-12-31T23:59:59Z", "1999-12-31T23:59:59Z");
        for (const char *bad :
             {"", "2026-03-12", "2026-03-12T10:00:30", "2026-03-12t10:00:30Z",
              "2026-03-12T10:00:30z", "2026-02-30T10:00:00Z", "2023-02-29T10:00:00Z",
              "2026-13-01T00:00:00Z", "2026-03-12T24:00:00Z", "2026-03-12T10:60:00Z",
              "2026-03-12T10:00:60Z", "2026-03-12T10:00:30.Z", "2026-03-12T10:00:30+0230",
              "2026-03-12T10:00:30Zx", " 2026-03-12T10:00:30Z", "0001-01-01T00:00:00Z",
              "9999-01-01T00:00:00Z", "2026-03-12 10:00:30Z", "2026-0a-12T10:00:30Z"})
            row(bad, "");
    }
    void timestampsAreReadStrictly() {
        QFETCH(QString, text);
        QFETCH(QString, written);
        const auto time = parseRfc3339(text.toStdString());
        QCOMPARE(time.has_value(), !written.isEmpty());
        if (time)
            QCOMPARE(QString::fromStdString(formatRfc3339Nanos(*time)), written);
    }

    void httpDatesAreRead() {
        const auto date = parseHttpDate("Tue, 24 Nov 2026 08:59:11 GMT");
        QVERIFY(date);
        QCOMPARE(formatRfc3339(*date), std::string("2026-11-24T08:59:11Z"));
        // An hour that many zones skip in that night is an hour of UTC like any other.
        const QByteArray zone = qgetenv("TZ");
        qputenv("TZ", "Europe/Berlin");
        tzset();
        for (const char *text : {"Tue, 24 Nov 2026 08:59:11 GMT", "Sun, 29 Feb 2032 23:00:09 GMT",
                                 "Thu, 01 Jan 1970 00:00:00 GMT"})
            QCOMPARE(formatHttpDate(*parseHttpDate(text) + 999ms), std::string(text));
        const auto skipped = parseHttpDate("Sun, 29 Mar 2026 02:30:00 GMT");
        if (zone.isNull())
            qunsetenv("TZ");
        else
            qputenv("TZ", zone);
        tzset();
        QVERIFY(skipped);
        QCOMPARE(formatRfc3339(*skipped), std::string("2026-03-29T02:30:00Z"));
        QVERIFY(!parseHttpDate("Sun, 29 Mar 2026 02:30:00 CET"));
        QVERIFY(!parseHttpDate("yesterday"));
        QVERIFY(!parseHttpDate(""));
    }

    void targetsAreDecodedPerSegment() {
        http::Request request;
        QVERIFY(http::parseTarget("/v1/entities/zns%3Aab%2Fcd/ws?limit=3&x=%20", request));
        QVERIFY(request.matches({"v1", "entities", "*", "ws"}));
        QCOMPARE(request.segments[2], std::string("zns:ab/cd"));
        QCOMPARE(request.query.at("x"), std::string(" "));
        for (const char *bad : {"", "v1", "/%", "/%4", "/%zz", "/a%00b"}) {
            http::Request broken;
            QVERIFY2(!http::parseTarget(bad, broken), bad);
        }
    }

    void backoffDoublesToSixtyWithJitter() {
        Backoff backoff(1);
        double expected = 1;
        for (int i = 0; i < 10; ++i) {
            const double wait = toSeconds(backoff.next());
            QVERIFY(wait >= expected * 0.8 - 1e-9 && wait <= expected);
            expected = std::min(60.0, expected * 2);
        }
        backoff.reset();
        QVERIFY(toSeconds(backoff.next()) <= 1);
    }

    void mailboxRunsInItsThreadInOrder() {
        std::vector<int> seen;
        Mailbox mailbox;
        std::thread sender([post = mailbox.sender(), &seen] {
            for (int i = 0; i < 1000; ++i)
                post([&seen, i] { seen.push_back(i); });
        });
        sender.join();
        QTRY_COMPARE(seen.size(), 1000U);
        QVERIFY(std::is_sorted(seen.begin(), seen.end()));
    }

    void postingAfterTheMailboxEndedDoesNothing() {
        auto mailbox = std::make_unique<Mailbox>();
        const auto post = mailbox->sender();
        bool ran = false;
        post([&ran] { ran = true; });
        mailbox.reset();
        post([&ran] { ran = true; });
        QCoreApplication::processEvents();
        QVERIFY(!ran);
    }
};

QTEST_GUILESS_MAIN(BaseTest)
#include "base_test.moc"
