// SPDX-License-Identifier: GPL-3.0-or-later
// The stream against peers that do not behave.
#include "registry/activity_stream.h"
#include "support/live_environment.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace heartline;

namespace {

/// Greets, then sends the same frames without end and reads nothing.
class FrameFlood : public QTcpServer {
public:
    explicit FrameFlood(const QByteArray &frame) : m_frames(frame.repeated(500)) {
        connect(this, &QTcpServer::newConnection, this, [this] {
            m_peer = nextPendingConnection();
            connect(m_peer, &QTcpSocket::readyRead, this, [this] { shakeHands(); });
        });
        if (!listen(QHostAddress::LocalHost))
            qFatal("no port");
    }
    [[nodiscard]] qint64 sent() const { return m_sent; }

private:
    void shakeHands() {
        m_head += m_peer->readAll();
        if (m_flooding || !m_head.contains("\r\n\r\n"))
            return;
        m_flooding = true;
        m_peer->setReadBufferSize(1); // from now on it takes next to nothing
        const qsizetype at = m_head.toLower().indexOf("sec-websocket-key: ") + 19;
        const QByteArray key = m_head.mid(at, m_head.indexOf('\r', at) - at);
        const QByteArray accept =
            QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
                                     QCryptographicHash::Sha1)
                .toBase64();
        const QByteArray greeting =
            R"({"type":"connected","timestamp":"2026-11-24T08:59:11Z","data":{}})";
        m_peer->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                      "Upgrade\r\nSec-WebSocket-Accept: " +
                      accept + "\r\n\r\n" + QByteArray("\x81", 1) +
                      QByteArray(1, static_cast<char>(greeting.size())) + greeting);
        connect(m_peer, &QTcpSocket::bytesWritten, this, [this] { flood(); });
        flood();
    }
    void flood() {
        if (m_peer->bytesToWrite() < m_frames.size())
            m_sent += m_peer->write(m_frames);
    }

    const QByteArray m_frames;
    QTcpSocket *m_peer = nullptr;
    QByteArray m_head;
    bool m_flooding = false;
    qint64 m_sent = 0;
};

/// A stream, and what it told.
struct Heard {
    int opened = 0;
    std::vector<std::string> lost;
    int events = 0;
    test::LiveEnvironment live;
    registry::ActivityStream stream;

    explicit Heard(std::function<bool(std::string_view)> wanted = [](auto) { return true; })
        : stream(live.all, {.wanted = std::move(wanted),
                            .event = [this](const auto &) { ++events; },
                            .opened = [this] { ++opened; },
                            .othersHeard = [](UtcTime) {},
                            .lost = [this](const std::string &why) { lost.push_back(why); }}) {}
    void open(int port) {
        stream.open("ws://127.0.0.1:" + std::to_string(port) + "/v1/ws/activity");
    }
};

qint64 residentKiB() {
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n'))
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').first().toLongLong();
    return 0;
}

} // namespace

class ActivityStreamTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPeerThatPingsAndNeverReadsIsGivenUp() {
        FrameFlood server(QByteArray("\x89\x7d", 2) + QByteArray(125, 'p'));
        Heard heard;
        const qint64 before = residentKiB();
        QVERIFY(before > 0);
        heard.open(server.serverPort());
        QTRY_COMPARE_WITH_TIMEOUT(heard.opened, 1, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(heard.lost.size(), std::size_t{1}, 60000);
        QCOMPARE(heard.lost.front(), std::string("it does not read what we send"));
        QVERIFY2(residentKiB() - before < 32 * 1024, qPrintable(QString::number(residentKiB())));
        QVERIFY(server.sent() > qint64{registry::ActivityStream::kMaxUnsent});
    }
    void aHugeFrameOfAStrangerEndsNothing_data() {
        QTest::addColumn<qsizetype>("size");
        QTest::addColumn<bool>("survives");
        QTest::newRow("70 KB") << qsizetype{70'000} << true;
        QTest::newRow("1 MB") << qsizetype{1'000'000} << true;
        QTest::newRow("2 MB") << qsizetype{2'000'000} << false;
    }
    void aHugeFrameOfAStrangerEndsNothing() {
        QFETCH(qsizetype, size);
        QFETCH(bool, survives);
        QWebSocketServer server(QStringLiteral("test"), QWebSocketServer::NonSecureMode);
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const auto event = [](const QString &id, qsizetype filling) {
            return QStringLiteral(R"({"type":"entity_heartbeat","entity_id":"%1",)"
                                  R"("timestamp":"2026-11-24T08:59:11Z","data":{"x":"%2"}})")
                .arg(id, QString(filling, QLatin1Char('x')));
        };
        connect(&server, &QWebSocketServer::newConnection, &server, [&] {
            QWebSocket *peer = server.nextPendingConnection();
            peer->setParent(&server);
            peer->sendTextMessage(QStringLiteral(
                R"({"type":"connected","timestamp":"2026-11-24T08:59:11Z","data":{}})"));
            for (int i = 0; i < 3; ++i)
                peer->sendTextMessage(event(QStringLiteral("zns:stranger"), size));
            peer->sendTextMessage(event(QStringLiteral("zns:ours"), 10));
        });
        Heard heard([](std::string_view id) { return id == "zns:ours"; });
        heard.open(server.serverPort());
        QTRY_VERIFY_WITH_TIMEOUT(heard.events == 1 || heard.lost.size() == 1, 30000);
        QCOMPARE(heard.events == 1, survives);
        QCOMPARE(heard.lost.size(), std::size_t{survives ? 0U : 1U});
    }
    void whatIsNotOursIsAnEventToo() {
        // Searches, peers and developers name no entity, and a busy node tells of thousands.
        const QByteArray event =
            R"({"type":"search_outgoing","timestamp":"2026-11-24T08:59:11Z","data":{}})";
        FrameFlood server(QByteArray("\x81", 1) + QByteArray(1, static_cast<char>(event.size())) +
                          event);
        Heard heard;
        heard.open(server.serverPort());
        const qint64 enough = 10 * registry::ActivityStream::kMostJunk * (event.size() + 2);
        QTRY_VERIFY_WITH_TIMEOUT(server.sent() > 2 * enough || !heard.lost.empty(), 60000);
        QVERIFY(heard.lost.empty() && heard.stream.isOpen());
    }
    void onlyEventsAreAStream_data() {
        QTest::addColumn<QByteArray>("frame");
        QTest::addRow("empty parts") << QByteArray("\x01\x00\x00\x00", 4);
        QTest::addRow("empty messages") << QByteArray("\x81\x00", 2);
        QTest::addRow("no events") << QByteArray("\x81\x02{}", 4);
        QTest::addRow("bytes") << QByteArray("\x82\x01x", 3);
        QTest::addRow("pongs") << QByteArray("\x8a\x00", 2);
    }
    void onlyEventsAreAStream() {
        QFETCH(QByteArray, frame);
        FrameFlood server(frame);
        Heard heard;
        heard.open(server.serverPort());
        QTRY_COMPARE_WITH_TIMEOUT(heard.lost.size(), std::size_t{1}, 60000);
        QVERIFY(!heard.stream.isOpen() && !heard.stream.isOpening());
    }
};

QTEST_GUILESS_MAIN(ActivityStreamTest)
#include "activity_stream_test.moc"
