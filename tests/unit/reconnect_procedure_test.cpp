// SPDX-License-Identifier: GPL-3.0-or-later
// The reconnect procedure: its steps one after the other, each with what it gave, and an end.
#include "diagnosis/reconnect_procedure.h"
#include "support/virtual_time.h"

#include <QTest>

using namespace heartline;
using diagnosis::ReconnectProcedure;
using diagnosis::ReconnectStep;
using State = ReconnectStep::State;

namespace {

struct Bench {
    test::VirtualTime time;
    ReconnectProcedure::Done viewRenewed;
    ReconnectProcedure::Done healthProbed;
    int changes = 0;
    int ends = 0;
    std::unique_ptr<ReconnectProcedure> procedure = std::make_unique<ReconnectProcedure>(
        ReconnectProcedure::Hooks{
            .renewView = [this](ReconnectProcedure::Done done) { viewRenewed = std::move(done); },
            .restartHeartbeat = nullptr,
            .probeHealth =
                [this](ReconnectProcedure::Done done) { healthProbed = std::move(done); },
            .changed = [this] { ++changes; },
            .finished = [this] { ++ends; }},
        45s, time, time);

    [[nodiscard]] State state(std::size_t step) const { return procedure->steps()[step].state; }
};

} // namespace

class ReconnectProcedureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachStepTellsWhatItGave() {
        Bench b;
        b.procedure->start();
        QCOMPARE(b.procedure->steps().size(), std::size_t{3}); // none restarts what runs elsewhere
        b.time.pass(2s);
        b.viewRenewed(std::string("read again"));
        QCOMPARE(b.state(0), State::Good);
        QVERIFY(b.procedure->steps()[0].took == Nanoseconds(2s));
        b.healthProbed(fail(ErrorKind::Refused, "not allowed"));
        QCOMPARE(b.state(1), State::Skipped);
        QCOMPARE(b.state(2), State::Running);
        b.time.pass(1s);
        b.procedure->beatHeard();
        QCOMPARE(b.procedure->steps()[2].text, std::string("Heartbeat resumed after 3.0 s"));
        QVERIFY(!b.procedure->isRunning() && b.changes > 3);
        QCOMPARE(b.ends, 1);
    }
    void aBeatThatCameBeforeTheLastStepCounts() {
        Bench b;
        b.procedure->start();
        b.procedure->beatHeard();
        QVERIFY(b.procedure->isRunning());
        b.viewRenewed(std::string());
        b.healthProbed(std::string());
        QCOMPARE(b.state(2), State::Good);
        QCOMPARE(b.ends, 1);
    }
    void itEndsThoughNothingAnswers() {
        Bench b;
        b.procedure->start();
        b.time.pass(44s);
        QVERIFY(b.procedure->isRunning());
        b.time.pass(2s);
        QCOMPARE(b.state(0), State::Failed);
        QCOMPARE(b.state(2), State::Failed);
        QCOMPARE(b.procedure->steps()[2].text, std::string("No fresh beat within 45.0 s"));
        b.viewRenewed(std::string()); // too late
        QCOMPARE(b.state(0), State::Failed);
        QCOMPARE(b.ends, 1);
    }
    void whatAnswersAfterItsEndReachesNobody() {
        Bench b;
        b.procedure->start();
        b.procedure.reset();
        b.viewRenewed(std::string());
        b.time.pass(60s);
        QCOMPARE(b.ends, 0);
    }
};

QTEST_GUILESS_MAIN(ReconnectProcedureTest)
#include "reconnect_procedure_test.moc"
