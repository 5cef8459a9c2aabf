// SPDX-License-Identifier: GPL-3.0-or-later
// The live engine on registries that are ill, not gone: thirty times as fast as the network, the
// link's own times are real.
#include "fleet/fleet_engine.h"
#include "protocol/registry_url.h"
#include "support/ill_registry.h"
#include "support/live_environment.h"

#include <QTest>
#include <set>

using namespace heartline;
using liveness::AgentState;
using liveness::LinkState;
using test::IllRegistry;
using Change = fleet::FleetEngine::Change;
using Illness = IllRegistry::Illness;

namespace {

using alerts::AlertKind;
using Kinds = std::multiset<AlertKind>;

struct Watcher {
    std::unique_ptr<fleet::FleetEngine> engine;
    std::vector<std::string> raised;
    std::vector<std::string> resolved;
    std::vector<LinkState> links;
    std::vector<alerts::Notice> notices;
    std::vector<std::pair<std::uint32_t, bool>> reconnects;
    bool registryAlerted = false;
    std::set<std::uint64_t> firing;
    std::map<std::uint64_t, AlertKind> kindOf;
    std::size_t alertsEver = 0;

    Watcher(const test::SmallNetwork &network, std::vector<std::string> urls)
        : engine(std::make_unique<fleet::FleetEngine>(network.fleetOptions(std::move(urls)),
                                                      network.clock)) {
        engine->setChangeSink([this](const Change &change) {
            if (change.alert == Change::Alert::Raised)
                raised.push_back(engine->core().watch(change.watch).entityId);
            if (change.alert == Change::Alert::Resolved)
                resolved.push_back(engine->core().watch(change.watch).entityId);
        });
        engine->setLinkSink([this](const fleet::FleetEngine::LinkChange &change) {
            links.push_back(change.link);
            registryAlerted = registryAlerted || change.alert == Change::Alert::Raised;
        });
        engine->setUpdateSink([this](const fleet::FleetUpdate &update) {
            if (update.notice)
                notices.push_back(*update.notice);
            for (const alerts::Alert &alert : update.alerts.changed) {
                kindOf[alert.id] = alert.kind;
                const bool added = alert.isFiring() && firing.insert(alert.id).second;
                alertsEver += added ? 1 : 0;
                if (!alert.isFiring())
                    firing.erase(alert.id);
            }
            reconnects.insert(reconnects.end(), update.reconnecting.begin(),
                              update.reconnecting.end());
        });
        engine->start();
    }
    [[nodiscard]] Kinds kinds() const {
        Kinds kinds;
        for (const std::uint64_t id : firing)
            kinds.insert(kindOf.at(id));
        return kinds;
    }
    [[nodiscard]] int count(AgentState state) const {
        int found = 0;
        for (std::uint32_t i = 0; i < engine->core().watchCount(); ++i)
            found += engine->core().watch(i).judgement.state == state ? 1 : 0;
        return found;
    }
};

} // namespace

class IllRegistryTest : public QObject {
    Q_OBJECT
    test::SmallNetwork network;

private Q_SLOTS:
    void aDatabaseThatWasAwayAccusesNobodyAndHidesNoDeath() {
        IllRegistry registry(network, 6);
        Watcher watcher(network, {registry.url()});
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 6, 60000);
        registry.stop(2);
        registry.set(Illness::DatabaseAway);
        // Not green, unknown in time, and the registry's own alert alone.
        QTRY_VERIFY_WITH_TIMEOUT(watcher.links.back() == LinkState::Refusing, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Unknown), 6, 60000);
        QTRY_VERIFY_WITH_TIMEOUT(watcher.registryAlerted, 60000);
        QVERIFY(watcher.raised.empty());
        registry.set(Illness::None);
        QTRY_VERIFY_WITH_TIMEOUT(watcher.links.back() == LinkState::Connected, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.raised, std::vector{registry.entityId(2)}, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 5, 60000);
        QCOMPARE(watcher.raised.size(), 1U);
    }

    void aProxys404DeregistersNobody() {
        IllRegistry registry(network, 3);
        Watcher watcher(network, {registry.url()});
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 3, 60000);
        registry.stop(0);
        registry.set(Illness::ProxySays404);
        QTRY_VERIFY_WITH_TIMEOUT(
            !watcher.links.empty() && watcher.links.back() != LinkState::Connected, 40000);
        QTRY_COMPARE_WITH_TIMEOUT(
            watcher.count(AgentState::Unknown) + watcher.count(AgentState::Active), 3, 10000);
        QCOMPARE(watcher.count(AgentState::Deregistered), 0);
        registry.set(Illness::None);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.raised, std::vector{registry.entityId(0)}, 60000);
    }

    void whereOnlyListsWorkTheLinkStandsAndTheDeadAreTold_data() {
        QTest::addColumn<int>("illness");
        QTest::addRow("500") << static_cast<int>(Illness::RecordsFail);
        QTest::addRow("429") << static_cast<int>(Illness::RecordsLimited);
    }
    void whereOnlyListsWorkTheLinkStandsAndTheDeadAreTold() {
        QFETCH(int, illness);
        IllRegistry registry(network, 5);
        Watcher watcher(network, {registry.url()});
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 5, 60000);
        watcher.links.clear();
        registry.set(static_cast<Illness>(illness));
        registry.stop(2);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.raised, std::vector{registry.entityId(2)}, 60000);
        QVERIFY(watcher.links.empty());
        QVERIFY(!watcher.registryAlerted);
    }

    void aListThatFailsIsSaidAndIsNoEmptyList() {
        IllRegistry registry(network, 3);
        registry.set(Illness::ListFails);
        Watcher watcher(network, {registry.url()});
        QTRY_VERIFY_WITH_TIMEOUT(watcher.engine->isSettled(), 60000);
        QVERIFY(watcher.engine->listError(0).find("500") != std::string::npos);
        registry.set(Illness::None);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 3, 60000);
        QVERIFY(watcher.engine->listError(0).empty());
    }

    void agentsThatOnlyClaimToBeOursRaiseNothing() {
        IllRegistry registry(network, 4, false);
        Watcher watcher(network, {registry.url()});
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 4, 60000);
        for (int i = 0; i < 4; ++i)
            registry.stop(i);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Inactive), 4, 60000);
        QVERIFY(watcher.raised.empty());
        QVERIFY(watcher.notices.empty());
    }

    void oneAgentOnTwoRegistriesIsOneIncident() {
        IllRegistry here(network, 2);
        IllRegistry there(network, 2);
        Watcher watcher(network, {here.url(), there.url()});
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 4, 60000);
        here.stop(0);
        there.stop(0);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Inactive), 2, 60000);
        QCOMPARE(watcher.raised, std::vector{here.entityId(0)});
        // A machine that stalls makes beats late, and agents flap, besides.
        std::size_t told = 0;
        for (const alerts::Notice &notice : watcher.notices)
            for (const alerts::Alert &alert : notice.raised)
                told += alert.kind == AlertKind::AgentFlapping ? 0 : 1;
        QCOMPARE(told, 1U);
    }

    void oneThatIsSilentAtOneRegistryAloneIsALowerAlert() {
        IllRegistry first(network, 1);
        IllRegistry second(network, 1);
        Watcher watcher(network, {first.url(), second.url()});
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 2, 60000);
        second.stop(0);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.kinds(), (Kinds{AlertKind::AgentSilentThere}), 60000);
        QVERIFY(!watcher.engine->standing(0).alerted);
        first.stop(0); // now it is dead
        QTRY_COMPARE_WITH_TIMEOUT(
            watcher.kinds(), (Kinds{AlertKind::AgentStale, AlertKind::AgentSilentThere}), 60000);
        first.start(0);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.kinds(), (Kinds{AlertKind::AgentSilentThere}), 60000);
        second.start(0);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.kinds(), Kinds{}, 60000);
        QCOMPARE(watcher.raised.size(), 2U);
        QCOMPARE(watcher.resolved.size(), 2U);
        for (const alerts::Notice &notice : watcher.notices)
            for (const alerts::Alert &alert : notice.raised)
                QCOMPARE(alert.isLower(), alert.registry == protocol::registryHost(second.url()));
    }

    void oneThatDiesAtBothIsOneIncidentWithOneNotice() {
        IllRegistry first(network, 1);
        IllRegistry second(network, 1);
        Watcher watcher(network, {first.url(), second.url()});
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 2, 60000);
        first.stop(0);
        second.stop(0);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Stale), 2, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.notices.size(), 1U, 60000);
        QCOMPARE(watcher.kinds(), (Kinds{AlertKind::AgentStale}));
        QCOMPARE(watcher.notices[0].raised.size(), 1U);
        first.start(0); // and has its time to come back to the other
        QTRY_COMPARE_WITH_TIMEOUT(watcher.kinds(), Kinds{}, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.kinds(), (Kinds{AlertKind::AgentSilentThere}), 60000);
        second.start(0);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.kinds(), Kinds{}, 60000);
        QCOMPARE(watcher.alertsEver, 2U);
    }

    void oneThatBeatsElsewhereIsNoIncidentWhereItNeverBeat() {
        IllRegistry there(network, 1);
        there.neverBeats(0);
        IllRegistry here(network, 1);
        here.set(Illness::DatabaseAway); // so that the other one is read first
        Watcher watcher(network, {there.url(), here.url()});
        QTRY_COMPARE_WITH_TIMEOUT(watcher.firing.size(), 1U, 60000);
        QVERIFY(watcher.engine->core().watch(0).judgement.neverBeat);
        here.set(Illness::None);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 1, 60000);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.firing.size(), 0U, 60000);
        QCOMPARE(watcher.resolved.size(), 1U); // its end is told, as its beginning was
        here.stop(0);                          // and its death is not hidden
        QTRY_COMPARE_WITH_TIMEOUT(watcher.firing.size(), 1U, 60000);
        QCOMPARE(watcher.alertsEver, 2U);
        here.start(0);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.firing.size(), 0U, 60000);
        QCOMPARE(watcher.raised.size(), 2U);
        QCOMPARE(watcher.resolved.size(), 2U);
    }

    void reconnectingManyDialsOnceAndEachGetsItsResult() {
        constexpr int kAgents = 60;
        IllRegistry registry(network, kAgents);
        Watcher watcher(network, {registry.url()});
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), kAgents, 60000);
        QCOMPARE(registry.streamsOpened(), 1);
        std::vector<fleet::AgentIndex> all;
        for (std::uint32_t i = 0; i < kAgents; ++i)
            all.push_back(i);
        watcher.engine->reconnect(all);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.reconnects.size(), 2U * kAgents, 60000);
        const auto resumed = std::count_if(watcher.reconnects.begin(), watcher.reconnects.end(),
                                           [](const auto &told) { return !told.second; });
        QCOMPARE(resumed, kAgents); // each has ended
        QCOMPARE(registry.streamsOpened(), 2);
        QCOMPARE(watcher.engine->core().registry(0).failuresInRow, 0);
        QVERIFY(watcher.raised.empty());
    }

    void reconnectInPollingOnlyLeavesTheStreamsRetriesAlive() {
        IllRegistry registry(network, 1);
        registry.refuseStreams(true);
        liveness::RegistryClock registryClock;
        test::LiveEnvironment live;
        registry::RegistryClient client(registry.url(), live.all, registryClock,
                                        {.wanted = [](auto) { return false; },
                                         .event = [](const auto &) {},
                                         .othersHeard = [](UtcTime) {},
                                         .linkChanged = [] {},
                                         .asks = [] {}});
        client.start();
        QTRY_COMPARE_WITH_TIMEOUT(client.link(), LinkState::PollingOnly, 60000);
        client.reconnectNow();
        registry.refuseStreams(false);
        QTRY_COMPARE_WITH_TIMEOUT(client.link(), LinkState::Connected, 60000);
    }

    void aBeatOfTheYear2200FreezesNobody() {
        IllRegistry registry(network, 2);
        Watcher watcher(network, {registry.url()});
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 2, 60000);
        registry.publishBeat(0, UtcTime(std::chrono::hours(24 * 365 * 230)));
        registry.stop(0);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.raised, std::vector{registry.entityId(0)}, 60000);
        registry.start(0);
        QTRY_COMPARE_WITH_TIMEOUT(watcher.count(AgentState::Active), 2, 60000);
    }
};

QTEST_GUILESS_MAIN(IllRegistryTest)
#include "ill_registry_test.moc"
