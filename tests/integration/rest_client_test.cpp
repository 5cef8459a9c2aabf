// SPDX-License-Identifier: GPL-3.0-or-later
// The five ends of a request: success, error, cancel, time-out, destruction.
#include "base/system_clock.h"
#include "http/listener.h"
#include "http/rest_client.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>

#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace heartline;
using namespace heartline::http;

namespace {
struct EchoService final : Service {
    Response handle(const Request &request) override {
        if (request.matches({"large"}))
            return {200, std::string(100000, 'x')};
        return {request.matches({"missing"}) ? 404 : 200, request.method + " " + request.body};
    }
    Upgrade upgrade(const Request &request) override { return handle(request); }
    Response refusal(int status, std::string_view reason) override {
        return {status, std::string(reason)};
    }
};
} // namespace

class RestClientTest : public QObject {
    Q_OBJECT
    SystemClock clock;
    EchoService service;
    std::unique_ptr<Listener> listener;
    std::string base;

    Result<HttpReply> get(RestClient &client, const HttpRequest &request) {
        std::optional<Result<HttpReply>> answer;
        client.send(request, [&](Result<HttpReply> reply) { answer = std::move(reply); });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 10000))
            return fail(ErrorKind::Timeout, "the callback never came");
        return *answer;
    }

private Q_SLOTS:
    void initTestCase() {
        auto started = Listener::start({}, service);
        QVERIFY(started);
        listener = std::move(*started);
        base = "http://127.0.0.1:" + std::to_string(listener->port());
    }
    void anAnswerOfAnyStatusIsAReply() {
        RestClient client(clock);
        const auto good = get(client, {.method = "POST", .url = base + "/x", .body = "hello"});
        QCOMPARE(good->status, 200);
        QCOMPARE(good->body, std::string("POST hello"));
        QVERIFY(!good->header("date").empty());
        QVERIFY(good->receivedAt >= good->sentAt);
        QCOMPARE(get(client, {.url = base + "/missing"})->status, 404);
    }
    void refusedConnectionsAreErrors() {
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        const auto port = closed.serverPort();
        closed.close();
        RestClient client(clock);
        const auto reply = get(client, {.url = "http://127.0.0.1:" + std::to_string(port)});
        QCOMPARE(reply.error().kind, ErrorKind::Refused);
    }
    void tlsAgainstAPlainPortIsATlsOrNetworkError() {
        RestClient client(clock);
        const auto reply =
            get(client,
                {.url = "https://127.0.0.1:" + std::to_string(listener->port()), .timeout = 3s});
        QVERIFY(!reply);
        QVERIFY(reply.error().kind == ErrorKind::Tls || reply.error().kind == ErrorKind::Network);
    }
    void silenceIsATimeOut() {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        RestClient client(clock);
        const auto reply =
            get(client, {.url = "http://127.0.0.1:" + std::to_string(silent.serverPort()),
                         .timeout = 200ms});
        QCOMPARE(reply.error().kind, ErrorKind::Timeout);
    }
    void whereNobodyAcceptsThereIsNoConnection() {
        // Whose queue of connections is full drops what comes, as a line does that swallows all.
        const int full = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        QCOMPARE(bind(full, reinterpret_cast<sockaddr *>(&address), size), 0);
        QCOMPARE(listen(full, 0), 0);
        QCOMPARE(getsockname(full, reinterpret_cast<sockaddr *>(&address), &size), 0);
        std::array<QTcpSocket, 3> waiting;
        for (QTcpSocket &one : waiting)
            one.connectToHost(QHostAddress::LocalHost, ntohs(address.sin_port));
        QTRY_COMPARE(waiting.front().state(), QAbstractSocket::ConnectedState);
        RestClient client(clock);
        const auto reply =
            get(client, {.url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)),
                         .timeout = 500ms});
        close(full);
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, ErrorKind::Network);
        QCOMPARE(reply.error().message, std::string("no connection in time"));
    }
    void aByteNowAndThenIsATimeOutAllTheSame() {
        QTcpServer dribbler;
        QVERIFY(dribbler.listen(QHostAddress::LocalHost));
        QTimer drops;
        drops.setInterval(50);
        connect(&dribbler, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *peer = dribbler.nextPendingConnection();
            peer->write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            connect(&drops, &QTimer::timeout, peer, [peer] { peer->write("x"); });
            drops.start();
        });
        RestClient client(clock);
        const MonoTime start = clock.mono();
        const auto reply =
            get(client, {.url = "http://127.0.0.1:" + std::to_string(dribbler.serverPort()),
                         .timeout = 500ms});
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, ErrorKind::Timeout);
        QVERIFY(clock.mono() - start < 3s);
    }
    void headersOfTheLastAnswerComeAsTheyAre() {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *peer = server.nextPendingConnection();
            connect(peer, &QTcpSocket::readyRead, peer, [peer] {
                if (peer->readAll().contains("\r\n\r\n"))
                    peer->write("HTTP/1.1 103 Early Hints\r\nAge: 9\r\n\r\n"
                                "HTTP/1.1 200 OK\r\naGe:  7 \r\nAge: soon\r\nX-Empty:\r\n"
                                "Content-Length: 2\r\n\r\n{}");
            });
        });
        RestClient client(clock);
        const auto reply =
            get(client, {.url = "http://127.0.0.1:" + std::to_string(server.serverPort())});
        QVERIFY(reply);
        QCOMPARE(reply->headers.size(), std::size_t{4});
        QCOMPARE(reply->headers.front().name, std::string("age"));
        QCOMPARE(reply->headers.front().value, std::string("7"));
        QCOMPARE(std::string(reply->header("age")), std::string("soon"));
        QVERIFY(reply->header("x-empty").empty() && reply->header("x-none").empty());
    }
    void anEndlessAnswerIsRefusedBeforeItIsTakenIn() {
        QTcpServer endless;
        QVERIFY(endless.listen(QHostAddress::LocalHost));
        const auto sent = std::make_shared<qint64>(0);
        connect(&endless, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *peer = endless.nextPendingConnection();
            connect(peer, &QTcpSocket::readyRead, peer, [peer] {
                if (peer->readAll().contains("\r\n\r\n"))
                    peer->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
            });
            connect(peer, &QTcpSocket::bytesWritten, peer, [peer, sent] {
                static const QByteArray chunk(1024 * 1024, ' ');
                if (peer->bytesToWrite() < chunk.size())
                    *sent += peer->write(chunk);
            });
        });
        RestClient client(clock);
        const auto reply =
            get(client, {.url = "http://127.0.0.1:" + std::to_string(endless.serverPort()),
                         .maxBytes = 1024 * 1024});
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, ErrorKind::TooLarge);
        // What the kernels on both sides hold, and not what a hundred more reads would have taken.
        QVERIFY2(*sent < 32 * 1024 * 1024, qPrintable(QString::number(*sent)));
    }
    void anEndlessHeaderIsNotTakenIn_data() {
        QTest::addColumn<QByteArray>("piece");
        QTest::newRow("one line") << QByteArray(1024 * 1024, 'x');
        QTest::newRow("many lines")
            << QByteArray("X-Pad: yyyyyyyyyyyyyyyyyyyy\r\n").repeated(30000);
    }
    void anEndlessHeaderIsNotTakenIn() {
        QFETCH(QByteArray, piece);
        QTcpServer endless;
        QVERIFY(endless.listen(QHostAddress::LocalHost));
        const auto sent = std::make_shared<qint64>(0);
        connect(&endless, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *peer = endless.nextPendingConnection();
            connect(peer, &QTcpSocket::readyRead, peer, [peer] {
                if (peer->readAll().contains("\r\n\r\n"))
                    peer->write("HTTP/1.1 200 OK\r\nX-First: ");
            });
            connect(peer, &QTcpSocket::bytesWritten, peer, [peer, piece, sent] {
                if (peer->bytesToWrite() < piece.size())
                    *sent += peer->write(piece);
            });
        });
        RestClient client(clock);
        const auto reply =
            get(client, {.url = "http://127.0.0.1:" + std::to_string(endless.serverPort()),
                         .timeout = 2s,
                         .maxBytes = 1024 * 1024});
        QVERIFY(!reply);
        QVERIFY2(*sent < 32 * 1024 * 1024, qPrintable(QString::number(*sent)));
    }
    void tooMuchIsAnError() {
        RestClient client(clock);
        QCOMPARE(get(client, {.url = base + "/large", .maxBytes = 1000}).error().kind,
                 ErrorKind::TooLarge);
        QVERIFY(get(client, {.url = base + "/large", .maxBytes = 100000}));
    }
    void cancelledRequestsNeverCallBackAndResetOnesDo() {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        const std::string url = "http://127.0.0.1:" + std::to_string(silent.serverPort());
        RestClient client(clock);
        bool called = false;
        client.cancel(client.send({.url = url}, [&](const auto &) { called = true; }));
        std::optional<ErrorKind> kind;
        client.send({.url = url},
                    [&](const Result<HttpReply> &reply) { kind = reply.error().kind; });
        client.reset();
        QVERIFY(!called);
        QVERIFY(kind == ErrorKind::Cancelled);
    }
    void destructionIsSilent() {
        bool called = false;
        {
            RestClient client(clock);
            client.send({.url = base + "/x"}, [&](const auto &) { called = true; });
        }
        QCoreApplication::processEvents();
        QVERIFY(!called);
    }
};

QTEST_GUILESS_MAIN(RestClientTest)
#include "rest_client_test.moc"
