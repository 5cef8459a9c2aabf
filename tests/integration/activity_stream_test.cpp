// SPDX-License-Identifier: GPL-3.0-or-later
// The stream against peers that do not behave.
#include "base/system_clock.h"
#include "registry/activity_stream.h"

#include <QCryptographicHash>
#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace heartline;

namespace {

/// Greets, then sends pings without end and reads nothing.
class PingFlood : public QTcpServer {
public:
    PingFlood() {
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
        static const QByteArray pings =
            (QByteArray("\x89\x7d", 2) + QByteArray(125, 'p')).repeated(500);
        if (m_peer->bytesToWrite() < pings.size())
            m_sent += m_peer->write(pings);
    }

    QTcpSocket *m_peer = nullptr;
    QByteArray m_head;
    bool m_flooding = false;
    qint64 m_sent = 0;
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
    SystemClock clock;

private Q_SLOTS:
    void aPeerThatPingsAndNeverReadsIsGivenUp() {
        PingFlood server;
        registry::ActivityStream stream(
            clock, [](auto) { return true; }, [](const auto &) {});
        QSignalSpy opened(&stream, &registry::ActivityStream::opened);
        QSignalSpy lost(&stream, &registry::ActivityStream::lost);
        const qint64 before = residentKiB();
        QVERIFY(before > 0);
        stream.open(QStringLiteral("ws://127.0.0.1:%1/v1/ws/activity").arg(server.serverPort()));
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(lost.count(), 1, 60000);
        QCOMPARE(lost.first().first().toString(), QStringLiteral("it does not read what we send"));
        QVERIFY2(residentKiB() - before < 32 * 1024, qPrintable(QString::number(residentKiB())));
        QVERIFY(server.sent() > registry::ActivityStream::kMaxUnsent);
    }
};

QTEST_GUILESS_MAIN(ActivityStreamTest)
#include "activity_stream_test.moc"
