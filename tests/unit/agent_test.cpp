// SPDX-License-Identifier: GPL-3.0-or-later
// The agent's end on virtual time, against a registry that the test plays.
#include "agent/agent.h"
#include "base/rfc3339.h"
#include "support/fake_transport.h"
#include "support/virtual_time.h"

#include <QDateTime>
#include <QTest>

using namespace heartline;
using agent::Agent;
using Registration = agent::AgentHealth::Registration;

namespace {

/// An agent, and the other end of all that it sends.
struct Bench {
    test::VirtualTime time;
    test::FakeTransport network;
    std::vector<std::string> lines;
    Nanoseconds offset{}; ///< of the registry's clock
    std::optional<UtcTime> lastBeat;
    std::unique_ptr<Agent> agent;

    explicit Bench(protocol::Dialect dialect = protocol::Dialect::Deployed, bool again = false) {
        agent::AgentOptions options;
        options.registry = "http://registry.example";
        options.description.name = "bench";
        options.dialect = dialect;
        options.registerAgain = again;
        options.log = [this](const std::string &line) { lines.push_back(line); };
        auto developer = identity::SecretKey::generate();
        auto key = developer.deriveAgentKey(0);
        agent = std::move(*Agent::create(std::move(options), std::move(key), std::move(developer),
                                         Environment{time, time, network, 7}));
    }
    [[nodiscard]] std::string recordPath() const { return "/v1/entities/" + agent->entityId(); }
    [[nodiscard]] HttpReply reply(int status, std::string body) const {
        HttpReply answer;
        answer.status = status;
        answer.body = std::move(body);
        answer.sentAt = answer.receivedAt = time.mono();
        answer.headers.push_back({"date", dateOf(time.utc() + offset)});
        return answer;
    }
    static std::string dateOf(UtcTime at) {
        const auto seconds =
            std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch());
        return QDateTime::fromSecsSinceEpoch(seconds.count(), Qt::UTC)
            .toString(QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"))
            .toStdString();
    }
    void answerRecord(bool tombstoned = false) {
        const std::string beat = formatRfc3339(lastBeat.value_or(time.utc() + offset));
        network.answer(
            recordPath(),
            reply(200, "{\"entity_id\":\"" + agent->entityId() + "\",\"last_heartbeat\":\"" + beat +
                           "\",\"tombstoned\":" + (tombstoned ? "true" : "false") + "}"));
    }
    void answerMissing() { network.answer(recordPath(), reply(404, "{\"error\":\"not found\"}")); }
    [[nodiscard]] bool asksForRecord() const { return network.waits(recordPath()); }
    [[nodiscard]] test::FakeTransport::Line &line() { return *network.lines.back(); }
    [[nodiscard]] std::size_t beats() { return line().sent.size(); }
    /// Time passes; pings are answered by pongs, and the record as it is.
    void pass(Nanoseconds duration) {
        for (Nanoseconds passed{}; passed < duration; passed += 1s) {
            time.pass(1s);
            if (asksForRecord())
                answerRecord();
            if (line().open && line().pings > m_pongs[&line()]) {
                m_pongs[&line()] = line().pings;
                line().events.pong();
            }
        }
    }
    void connect() {
        agent->start();
        answerRecord();
        line().events.connected();
    }
    [[nodiscard]] bool logged(std::string_view part) const {
        return std::any_of(lines.begin(), lines.end(), [part](const std::string &one) {
            return one.find(part) != std::string::npos;
        });
    }
    [[nodiscard]] const agent::AgentHealth &health() const { return agent->health(); }

private:
    std::map<const test::FakeTransport::Line *, int> m_pongs;
};

} // namespace

class AgentTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aBeatCountsOnceItsPongCame() {
        Bench b;
        b.connect();
        QCOMPARE(b.beats(), std::size_t{1});
        QVERIFY(!b.health().lastCounted);
        const UtcTime sentAt = b.time.utc();
        b.pass(2s);
        QCOMPARE(b.health().lastCounted, std::optional(sentAt));
        b.pass(60s);
        QCOMPARE(b.beats(), std::size_t{3});
    }
    void whoIsDeregisteredBeatsNoMoreAndRegistersNoMore_data() {
        QTest::addColumn<bool>("tombstoned");
        QTest::addRow("tombstone") << true;
        QTest::addRow("no record") << false;
    }
    void whoIsDeregisteredBeatsNoMoreAndRegistersNoMore() {
        QFETCH(bool, tombstoned);
        Bench b;
        b.connect();
        b.pass(250s);
        const auto end = [&] { tombstoned ? b.answerRecord(true) : b.answerMissing(); };
        for (int i = 0; i < 100 && !b.asksForRecord(); ++i)
            b.time.pass(1s); // within five minutes it asks
        QVERIFY(b.asksForRecord());
        end();
        QVERIFY(b.agent->isBeating()); // one answer may be a mistake
        b.time.pass(10s);
        end();
        QVERIFY(!b.agent->isBeating());
        QVERIFY(!b.line().open);
        QVERIFY(b.logged("deregistered"));
        QVERIFY(b.health().registration == Registration::Deregistered);
        const std::size_t lines = b.network.lines.size();
        for (int i = 0; i < 3600; ++i) {
            b.time.pass(1s);
            QVERIFY(!b.network.waits("/v1/entities")); // where it would register
            if (b.asksForRecord())
                end();
        }
        QCOMPARE(b.network.lines.size(), lines);
        // Its owner has registered it again, or a backup came back.
        b.time.pass(300s);
        b.answerRecord();
        QVERIFY(b.agent->isBeating());
        QVERIFY(b.logged("it has a record again"));
    }
    void twoAnswersOfOneMomentEndNobody() {
        Bench b;
        b.connect();
        for (int times = 0; times < 2; ++times) { // a replica that lags, at both reconnections
            b.line().events.lost({"HTTP 404 in place of a WebSocket", 404});
            b.answerMissing();
            b.time.pass(2s);
        }
        QVERIFY(b.agent->isBeating());
        b.pass(60s);
        QVERIFY(b.agent->isBeating());
        QVERIFY(b.health().registration == Registration::Registered);
    }
    void whoIsRefusedAgainKeepsItsPace() {
        Bench b(protocol::Dialect::Deployed, true);
        b.connect();
        int tries = 0;
        for (int i = 0; i < 3600; ++i) {
            if (b.line().open)
                b.line().events.lost({"HTTP 404 in place of a WebSocket", 404});
            if (b.asksForRecord())
                b.answerMissing();
            if (b.network.waitsUnder("/v1/developers/"))
                b.network.answerUnder("/v1/developers/", b.reply(200, "{}"));
            if (b.network.waits("/v1/entities")) {
                ++tries;
                b.network.answer("/v1/entities", b.reply(403, "{\"error\":\"banned\"}"));
            }
            b.time.pass(1s);
        }
        QVERIFY2(tries > 5 && tries < 20, qPrintable(QString::number(tries)));
    }
    void aProxysNotFoundEndsNobody() {
        Bench b;
        b.connect();
        for (int i = 0; i < 1800; ++i) {
            b.time.pass(1s);
            if (b.asksForRecord())
                b.network.answer(b.recordPath(), b.reply(404, "<html>404</html>"));
            if (b.line().pings > 0)
                b.line().events.pong();
        }
        QVERIFY(b.agent->isBeating());
        QCOMPARE(std::count_if(b.lines.begin(), b.lines.end(),
                               [](const std::string &line) {
                                   return line.find("cannot be read") != std::string::npos;
                               }),
                 1);
    }
    void whoIsAskedToRegistersAgain() {
        Bench b(protocol::Dialect::Deployed, true);
        b.connect();
        b.line().events.lost({"HTTP 404 in place of a WebSocket", 404});
        b.answerMissing();
        b.time.pass(10s);
        b.answerMissing();
        b.answerMissing(); // the registrar asks, too
        b.network.answerUnder("/v1/developers/", b.reply(200, "{}"));
        QVERIFY(b.network.waits("/v1/entities"));
        b.network.answer("/v1/entities", b.reply(201, "{}"));
        b.answerRecord(); // only a record that can be read is a registration
        QVERIFY(b.health().registration == Registration::Registered);
        QVERIFY(b.agent->isBeating());
    }
    void backOffGoesOnUntilABeatCounts() {
        Bench b;
        b.agent->start();
        b.answerRecord();
        int dials = 0;
        for (int i = 0; i < 600; ++i) { // accepts, and closes
            b.time.pass(1s);
            if (!b.line().open)
                continue;
            ++dials;
            b.line().events.connected();
            b.line().events.lost({"the other side closed the connection"});
        }
        QVERIFY2(dials < 20, qPrintable(QString::number(dials)));
        QVERIFY(!b.health().lastCounted);
        while (!b.line().open)
            b.time.pass(1s);
        b.line().events.connected();
        b.line().events.pong();
        b.line().events.lost({"the other side closed the connection"});
        const std::size_t before = b.network.lines.size();
        b.time.pass(2s);
        QVERIFY(b.network.lines.size() > before); // from one second again
    }
    void aClockThatIsOffIsSaid() {
        Bench b;
        b.offset = 75s;
        b.lastBeat = b.time.utc() - 1000s; // it drops each beat
        b.connect();
        b.pass(5s);
        QVERIFY(b.logged("clock is 7") && b.logged("behind"));
        QVERIFY(b.health().clockOffset);
        QVERIFY(std::chrono::abs(*b.health().clockOffset - b.offset) <= 1s);
        b.pass(120s);
        QVERIFY(b.logged("counts no beat"));
        QVERIFY(b.health().uncounted);
        // On our clock.
        QVERIFY(std::chrono::abs(*b.health().lastCounted - (*b.lastBeat - b.offset)) <= 1s);
        b.offset = 0s;
        b.lastBeat.reset();
        b.pass(310s);
        QVERIFY(!b.health().uncounted && !b.health().clockOffset);
    }
    void aRefusedRegistrationIsTriedEverMoreSeldom() {
        Bench b;
        b.agent->start();
        int tries = 0;
        for (int i = 0; i < 3600; ++i) {
            if (b.asksForRecord()) {
                ++tries;
                b.answerMissing();
            }
            for (const char *path : {"/v1/developers", "/v1/entities"})
                if (b.network.waits(path))
                    b.network.answer(path, b.reply(403, "{\"error\":\"banned\"}"));
            if (b.network.waitsUnder("/v1/developers/"))
                b.network.answerUnder("/v1/developers/", b.reply(200, "{}"));
            b.time.pass(1s);
        }
        QVERIFY2(tries > 5 && tries < 20, qPrintable(QString::number(tries)));
        QVERIFY(b.health().registration == Registration::Refused);
        QVERIFY(b.logged("registration refused: banned"));
    }
    void aLoginPageIsNoRegistration() {
        Bench b;
        b.agent->start();
        b.network.answer(b.recordPath(), b.reply(200, "<html>please log in</html>"));
        QVERIFY(!b.agent->isBeating());
        QVERIFY(b.logged("login page"));
        QVERIFY(!b.logged("already registered"));
    }
    void theOtherDialectIsNamed() {
        Bench b(protocol::Dialect::Documented);
        b.agent->start();
        b.answerRecord();
        b.line().events.lost({"HTTP 404 in place of a WebSocket", 404});
        QVERIFY(b.logged("--dialect deployed"));
    }
    void whoIsRefusedByAnAnswerLooks() {
        Bench b(protocol::Dialect::Documented);
        b.connect();
        b.pass(2s);
        b.time.pass(30s);
        b.line().events.message(R"({"type":"error","error":"agent_unknown"})");
        b.answerMissing();
        b.time.pass(10s);
        b.answerMissing();
        QVERIFY(!b.agent->isBeating());
        QVERIFY(b.logged("rejected by the registry: agent_unknown"));
    }
};

QTEST_GUILESS_MAIN(AgentTest)
#include "agent_test.moc"
