// SPDX-License-Identifier: GPL-3.0-or-later
// Ways to a registry: authorities of one's own, proxies, redirects.
#include "base/system_clock.h"
#include "http/proxy.h"
#include "http/rest_client.h"
#include "registry/activity_stream.h"
#include "registry/failure.h"
#include "support/live_environment.h"

#include <QFile>
#include <QProcess>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace heartline;

namespace {

/// A certificate for 127.0.0.1 that vouches for itself, made anew.
struct Certificate {
    QTemporaryDir folder;
    [[nodiscard]] QString file(const char *name) const {
        return folder.filePath(QLatin1String(name));
    }
    [[nodiscard]] bool make() const {
        return QProcess::execute(
                   QStringLiteral("openssl"),
                   {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                    QStringLiteral("ec"), QStringLiteral("-pkeyopt"),
                    QStringLiteral("ec_paramgen_curve:prime256v1"), QStringLiteral("-nodes"),
                    QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"),
                    QStringLiteral("/CN=test"), QStringLiteral("-addext"),
                    QStringLiteral("subjectAltName=IP:127.0.0.1"), QStringLiteral("-keyout"),
                    file("key.pem"), QStringLiteral("-out"), file("cert.pem")}) == 0;
    }
    [[nodiscard]] QSslConfiguration configuration() const {
        QFile cert(file("cert.pem"));
        QFile key(file("key.pem"));
        QSslConfiguration made = QSslConfiguration::defaultConfiguration();
        if (!cert.open(QIODevice::ReadOnly) || !key.open(QIODevice::ReadOnly))
            return made;
        made.setLocalCertificate(QSslCertificate(&cert));
        made.setPrivateKey(QSslKey(&key, QSsl::Ec));
        return made;
    }
};

/// Answers every request in the same way.
struct Answering {
    QSslServer tls;
    QTcpServer plain;
    QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    void serve(QTcpServer &server) {
        QObject::connect(&server, &QTcpServer::pendingConnectionAvailable, &server, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                if (socket->readAll().contains("\r\n\r\n"))
                    socket->write(answer);
            });
        });
        server.listen(QHostAddress::LocalHost);
    }
};

/// Speaks the greeting of a registry's stream.
void greet(QWebSocketServer &server) {
    QObject::connect(&server, &QWebSocketServer::newConnection, &server, [&server] {
        QWebSocket *socket = server.nextPendingConnection();
        socket->setParent(&server);
        socket->sendTextMessage(QStringLiteral(
            R"({"type":"connected","timestamp":"2026-11-24T10:00:00Z","message":"hello"})"));
    });
    server.listen(QHostAddress::LocalHost);
}

/// A proxy that takes any CONNECT, and hands all on to one port.
class Tunnel : public QTcpServer {
public:
    explicit Tunnel(quint16 target) : m_target(target) {
        connect(this, &QTcpServer::newConnection, this, [this] { take(nextPendingConnection()); });
        listen(QHostAddress::LocalHost);
    }
    [[nodiscard]] const QByteArray &asked() const { return m_asked; }

private:
    void take(QTcpSocket *inside) {
        auto *outside = new QTcpSocket(inside);
        outside->setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
        connect(inside, &QTcpSocket::readyRead, this, [this, inside, outside] {
            if (outside->state() == QAbstractSocket::ConnectedState) {
                outside->write(inside->readAll());
                return;
            }
            m_asked += inside->readAll();
            if (m_asked.contains("\r\n\r\n"))
                outside->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
        });
        connect(outside, &QTcpSocket::connected, this,
                [inside] { inside->write("HTTP/1.1 200 Connection established\r\n\r\n"); });
        connect(outside, &QTcpSocket::readyRead, this,
                [inside, outside] { inside->write(outside->readAll()); });
    }

    const quint16 m_target;
    QByteArray m_asked;
};

/// Sets variables for as long as it lives.
struct EnvironmentSetting {
    std::vector<QByteArray> names;
    void set(const char *name, const QByteArray &value) {
        names.emplace_back(name);
        qputenv(name, value);
    }
    ~EnvironmentSetting() {
        for (const QByteArray &name : names)
            qunsetenv(name.constData());
    }
};

} // namespace

class WaysTest : public QObject {
    Q_OBJECT
    SystemClock clock;
    Certificate certificate;

    Result<HttpReply> get(const std::string &url, const http::Trust &trust = {}) {
        http::RestClient client(clock, trust);
        std::optional<Result<HttpReply>> answer;
        client.send({.url = url}, [&](Result<HttpReply> reply) { answer = std::move(reply); });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 10000))
            return fail(ErrorKind::Timeout, "the callback never came");
        return *answer;
    }
    /// Nothing: it opened; else why not.
    std::optional<QString> stream(const QString &url, const http::Trust &trust = {}) {
        test::LiveEnvironment live(trust);
        std::optional<QString> why;
        bool opened = false;
        registry::ActivityStream stream(
            live.all, {.wanted = [](auto) { return true; },
                       .event = [](const auto &) {},
                       .opened = [&] { opened = true; },
                       .othersHeard = [](UtcTime) {},
                       .lost = [&](const std::string &w) { why = QString::fromStdString(w); }});
        stream.open(url.toStdString());
        if (!QTest::qWaitFor([&] { return opened || why; }, 15000))
            return QStringLiteral("nothing happened");
        return why;
    }
    [[nodiscard]] http::Trust ours() const {
        return {certificate.file("cert.pem").toStdString(), {}};
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char *name :
             {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
              "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"})
            qunsetenv(name);
        QVERIFY(certificate.make());
    }
    void requestsTrustWhomTheyAreTold() {
        Answering registry;
        registry.tls.setSslConfiguration(certificate.configuration());
        registry.serve(registry.tls);
        const std::string url = "https://127.0.0.1:" + std::to_string(registry.tls.serverPort());
        const auto unknown = get(url);
        QVERIFY(!unknown);
        QVERIFY(unknown.error().kind == ErrorKind::Tls);
        const auto known = get(url, ours());
        QVERIFY2(known, known ? "" : known.error().message.c_str());
        EnvironmentSetting environment;
        environment.set("SSL_CERT_FILE", certificate.file("cert.pem").toUtf8());
        QVERIFY(get(url, http::Trust::fromEnvironment()));
    }
    void streamsTrustWhomTheyAreTold() {
        QWebSocketServer server(QStringLiteral("test"), QWebSocketServer::SecureMode);
        server.setSslConfiguration(certificate.configuration());
        greet(server);
        const QString url = QStringLiteral("wss://127.0.0.1:%1").arg(server.serverPort());
        QVERIFY(stream(url));
        QCOMPARE(stream(url, ours()).value_or(QString()), QString());
        EnvironmentSetting environment;
        environment.set("SSL_CERT_DIR", "/nonexistent:" + certificate.folder.path().toUtf8());
        QCOMPARE(stream(url, http::Trust::fromEnvironment()).value_or(QString()), QString());
    }
    void aFileWithoutCertificatesIsRefused() {
        QVERIFY(http::Trust::withFile(ours().file));
        const auto missing = http::Trust::withFile("/nonexistent/ca.pem");
        QVERIFY(!missing &&
                missing.error().message.find("/nonexistent/ca.pem") != std::string::npos);
        QVERIFY(!http::Trust::withFile(certificate.file("key.pem").toStdString()));
    }
    void proxiesAreThoseOfTheEnvironment_data() {
        QTest::addColumn<QByteArray>("variables");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("proxy");
        const auto row = [](const char *variables, const char *url, const char *proxy) {
            QTest::addRow("%s %s", variables, url)
                << QByteArray(variables) << QString::fromLatin1(url) << QString::fromLatin1(proxy);
        };
        row("", "wss://a", "");
        row("https_proxy=http://p:3128", "wss://a", "p:3128");
        row("HTTPS_PROXY=p:3128", "wss://a", "p:3128");
        row("https_proxy=http://p:3128", "ws://a", "");
        row("http_proxy=http://p", "ws://a", "p:1080");
        row("HTTP_PROXY=http://p", "ws://a", ""); // a header of a CGI request looks so
        row("all_proxy=socks5://p:9", "wss://a", "p:9");
        row("all_proxy=p:9;no_proxy=b,.a.org", "wss://x.A.org", "");
        row("all_proxy=p:9;no_proxy=a.org", "wss://xa.org", "p:9");
        row("all_proxy=p:9;NO_PROXY=*", "wss://a", "");
        row("all_proxy=p:9;no_proxy=x, 127.0.0.0/8", "ws://127.0.0.1:8080", "");
        row("all_proxy=p:9;no_proxy=10.0.0.0/8", "ws://127.0.0.1:8080", "p:9");
        row("all_proxy=p:9;no_proxy=[::1]", "ws://[::1]:8080", "");
        row("all_proxy=https://p:9", "wss://a", "error");
    }
    void proxiesAreThoseOfTheEnvironment() {
        QFETCH(QByteArray, variables);
        QFETCH(QString, url);
        QFETCH(QString, proxy);
        EnvironmentSetting environment;
        for (const QByteArray &variable : variables.split(';'))
            if (const auto at = variable.indexOf('='); at > 0)
                environment.set(variable.left(at).constData(), variable.mid(at + 1));
        const auto chosen = http::proxyFor(QUrl(url));
        QCOMPARE(chosen ? http::proxyName(*chosen) : QStringLiteral("error"), proxy);
    }
    void aProxyThatCannotBeReadIsToldWithoutItsPassword_data() {
        QTest::addColumn<QByteArray>("setting");
        for (const char *setting :
             {"htp://joe:hunter2@p:1", "http://joe:hunter2@p:port", "http://joe:hunter2#@p:1",
              "http://joe:hunter2/@p:1", "http://joe:hunter2 @p:1", "htp://joe:hunter2@@:x"})
            QTest::newRow(setting) << QByteArray(setting);
    }
    void aProxyThatCannotBeReadIsToldWithoutItsPassword() {
        QFETCH(QByteArray, setting);
        EnvironmentSetting environment;
        environment.set("https_proxy", setting);
        const auto refused = get("https://registry.invalid/v1/info");
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("hunter2") == std::string::npos,
                 refused.error().message.c_str());
        QVERIFY2(refused.error().message.find("proxy") != std::string::npos,
                 refused.error().message.c_str());
    }
    void aRefusingProxyIsNamed() {
        Answering proxy;
        proxy.answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
        proxy.serve(proxy.plain);
        const QString name = QStringLiteral("127.0.0.1:%1").arg(proxy.plain.serverPort());
        EnvironmentSetting environment;
        environment.set("https_proxy", "http://" + name.toLatin1());
        const auto why = stream(QStringLiteral("wss://registry.invalid"));
        QVERIFY2(why && why->contains(name), qPrintable(why.value_or(QString())));
        const auto refused = get("https://registry.invalid/v1/info");
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find(name.toStdString()) != std::string::npos,
                 refused.error().message.c_str());
    }
    void aProxyThatMayHaveAnsweredItselfIsNamed() {
        Answering proxy;
        proxy.answer = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        proxy.serve(proxy.plain);
        const std::string name = "127.0.0.1:" + std::to_string(proxy.plain.serverPort());
        EnvironmentSetting environment;
        environment.set("http_proxy", "http://joe:hunter2@" + QByteArray::fromStdString(name));
        const auto reply = get("http://registry.invalid/v1/info");
        QVERIFY(reply);
        QCOMPARE(registry::statusText(*reply), "HTTP 407 (through the proxy " + name + ")");
        environment.set("no_proxy", "127.0.0.1");
        const auto direct = get("http://" + name);
        QVERIFY(direct);
        QCOMPARE(registry::statusText(*direct), std::string("HTTP 407"));
    }
    void streamsGoByTheProxy() {
        QWebSocketServer server(QStringLiteral("test"), QWebSocketServer::NonSecureMode);
        greet(server);
        Tunnel proxy(server.serverPort());
        QVERIFY(proxy.isListening());
        EnvironmentSetting environment;
        environment.set("all_proxy", "127.0.0.1:" + QByteArray::number(proxy.serverPort()));
        QCOMPARE(stream(QStringLiteral("ws://registry.invalid:7")).value_or(QString()), QString());
        QVERIFY2(proxy.asked().startsWith("CONNECT registry.invalid:7 "),
                 proxy.asked().constData());
    }
    void redirectsAreToldAndNotFollowed() {
        Answering registry;
        registry.answer =
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
            "HTTP/1.1 301 Moved Permanently\r\nLocation: https://u:p@registry.example/v1\r\n"
            "Content-Length: 0\r\n\r\n";
        registry.serve(registry.plain);
        const auto reply = get("http://127.0.0.1:" + std::to_string(registry.plain.serverPort()));
        QVERIFY(reply);
        QCOMPARE(reply->status, 301);
        QCOMPARE(registry::refusal(*reply).message,
                 "HTTP 301: it redirects to https://registry.example: give that address");
    }
    void earlyHintsAreNoAnswer() {
        Answering registry;
        registry.answer = "HTTP/1.1 103 Early Hints\r\nDate: Tue, 24 Nov 2020 10:00:00 GMT\r\n\r\n"
                          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        registry.serve(registry.plain);
        const auto reply = get("http://127.0.0.1:" + std::to_string(registry.plain.serverPort()));
        QVERIFY(reply);
        QCOMPARE(reply->status, 200);
        QVERIFY(reply->header("date").empty());
    }
};

QTEST_GUILESS_MAIN(WaysTest)
#include "ways_test.moc"
