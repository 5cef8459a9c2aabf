// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet.h"
#include "format.h"
#include "support/manual_clock.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <array>
#include <random>

using namespace heartline;
using namespace heartline::fleet;
using liveness::AgentState;

namespace {

AgentFacts facts(std::uint32_t index, const char *name) {
    AgentFacts f;
    f.index = index;
    f.entityId = "zns:" + std::to_string(index);
    f.name = name;
    f.tags = {"finance"};
    f.registries = {0};
    return f;
}

AgentLife life(std::uint32_t index, AgentState state, bool alerted = false) {
    AgentLife l;
    l.index = index;
    l.state = state;
    l.alerted = alerted;
    l.lastBeat = MonoTime(1000s);
    return l;
}

QStringList names(const AgentListModel &model) {
    QStringList list;
    for (int row = 0; row < model.rowCount(); ++row)
        list << model.index(row).data(AgentListModel::NameRole).toString();
    return list;
}

} // namespace

class FleetModelsTest : public QObject {
    Q_OBJECT
    AgentListModel *model = nullptr;
    QAbstractItemModelTester *tester = nullptr;

    void load() {
        FleetUpdate update;
        update.facts = {facts(0, "delta"), facts(1, "alpha"), facts(2, "charlie"),
                        facts(3, "bravo")};
        for (std::uint32_t i = 0; i < 4; ++i)
            update.lives.push_back(life(i, AgentState::Active));
        model->apply(update, MonoTime(1000s));
    }
    void miss(std::uint32_t index, bool missing, MonoTime at) {
        FleetUpdate update;
        update.lives = {life(index, missing ? AgentState::Unknown : AgentState::Active)};
        update.lives[0].missing = missing;
        model->apply(update, at);
    }
    void set(std::uint32_t index, AgentState state, bool alerted) {
        FleetUpdate update;
        update.lives = {life(index, state, alerted)};
        model->apply(update, MonoTime(1001s));
    }

private Q_SLOTS:
    void aBeatFromBeforeTheBootIsOne() {
        FleetUpdate update;
        update.facts = {facts(0, "old"), facts(1, "none")};
        update.lives = {life(0, AgentState::Inactive), life(1, AgentState::Registered)};
        update.lives[0].lastBeat = MonoTime(-86'400s);
        update.lives[1].lastBeat.reset();
        model->apply(update, MonoTime(1000s));
        for (int row = 0; row < 2; ++row) {
            const QModelIndex index = model->index(row);
            const double beat = index.data(AgentListModel::LastBeatRole).toDouble();
            if (index.data(AgentListModel::NameRole).toString() == QStringLiteral("old"))
                QCOMPARE(beat, -86'400'000.0);
            else
                QVERIFY(qIsNaN(beat));
        }
    }
    void init() {
        model = new AgentListModel(this);
        tester = new QAbstractItemModelTester(
            model, QAbstractItemModelTester::FailureReportingMode::QtTest, model);
    }
    void cleanup() { delete model; }

    void healthyOnesAreOrderedByName() {
        load();
        QCOMPARE(names(*model), QStringList({"alpha", "bravo", "charlie", "delta"}));
    }
    void theNeedyMoveUpAndBackAgain() {
        load();
        QSignalSpy moves(model, &QAbstractItemModel::rowsMoved);
        set(2, AgentState::Stale, true);
        QCOMPARE(names(*model), QStringList({"charlie", "alpha", "bravo", "delta"}));
        set(0, AgentState::Late, false);
        QCOMPARE(names(*model), QStringList({"charlie", "delta", "alpha", "bravo"}));
        set(2, AgentState::Active, false);
        QCOMPARE(names(*model), QStringList({"delta", "alpha", "bravo", "charlie"}));
        QVERIFY(moves.count() >= 3);
        QCOMPARE(model->summary().of(AgentState::Late), 1);
    }
    void noRowMovesUnderThePointer() {
        load();
        model->setOrderHeld(true);
        set(2, AgentState::Stale, true);
        QCOMPARE(names(*model), QStringList({"alpha", "bravo", "charlie", "delta"}));
        QCOMPARE(model->index(2).data(AgentListModel::StateRole).toInt(),
                 static_cast<int>(AgentState::Stale));
        model->setOrderHeld(false);
        QCOMPARE(names(*model).value(0), QStringLiteral("charlie"));
    }
    void searchLooksAtNamesIdsTagsAndRegistry() {
        load();
        model->setRegistryName(0, QStringLiteral("zns01.zynd.ai"), true, MonoTime(1000s),
                               MonoTime(1000s));
        model->setSearchText(QStringLiteral("CHAR"));
        QCOMPARE(names(*model), QStringList({"charlie"}));
        model->setSearchText(QStringLiteral("zns:3"));
        QCOMPARE(names(*model), QStringList({"bravo"}));
        model->setSearchText(QStringLiteral("finance"));
        QCOMPARE(model->count(), 4);
        model->setSearchText(QStringLiteral("zynd.ai"));
        QCOMPARE(model->count(), 4);
        model->setSearchText(QStringLiteral("nothing"));
        QCOMPARE(model->count(), 0);
    }
    void theFiringFilterFollowsAlerts() {
        load();
        model->setFiringOnly(true);
        QCOMPARE(model->count(), 0);
        set(1, AgentState::Stale, true);
        QCOMPARE(names(*model), QStringList({"alpha"}));
        set(1, AgentState::Active, false);
        QCOMPARE(model->count(), 0);
    }
    void theFiringFilterHoldsTheOrderUnderThePointerAndNeverTheMembership() {
        load();
        model->setFiringOnly(true);
        set(1, AgentState::Stale, true);
        model->setOrderHeld(true);
        set(3, AgentState::Stale, true); // bravo
        set(0, AgentState::Stale, true); // delta
        QCOMPARE(names(*model), QStringList({"alpha", "bravo", "delta"}));
        set(1, AgentState::Active, false);
        QCOMPARE(names(*model), QStringList({"bravo", "delta"}));
        set(2, AgentState::Inactive, true); // charlie needs a person more than delta
        QCOMPARE(names(*model), QStringList({"bravo", "delta", "charlie"}));
        model->setOrderHeld(false);
        QCOMPARE(names(*model).size(), 3);
        QCOMPARE(model->firing().size(), 3U);
    }
    void aChangedOrNewRecordResetsNothing() {
        load();
        QSignalSpy resets(model, &QAbstractItemModel::modelReset);
        FleetUpdate update;
        update.facts = {facts(1, "zulu"), facts(4, "beta")};
        update.lives = {life(4, AgentState::Active)};
        model->apply(update, MonoTime(1002s));
        QCOMPARE(names(*model), QStringList({"beta", "bravo", "charlie", "delta", "zulu"}));
        QCOMPARE(resets.count(), 0);
    }
    void anyBatchGivesTheOrderOfAFullSort() {
        std::minstd_rand random(7);
        const auto roll = [&](int n) {
            return static_cast<int>(random() % static_cast<unsigned>(n));
        };
        constexpr std::array states{AgentState::Active, AgentState::Late, AgentState::Stale,
                                    AgentState::Inactive, AgentState::Unknown};
        int agents = 0;
        for (int round = 0; round < 300; ++round) {
            FleetUpdate update;
            for (int i = roll(4); i > 0; --i) {
                const auto name = "n" + std::to_string(roll(1000));
                update.facts.push_back(facts(static_cast<std::uint32_t>(agents), name.c_str()));
                update.lives.push_back(
                    life(static_cast<std::uint32_t>(agents++), AgentState::Active));
            }
            for (int i = roll(round % 10 == 0 ? 120 : 6); i > 0 && agents > 0; --i)
                update.lives.push_back(life(static_cast<std::uint32_t>(roll(agents)),
                                            states.at(static_cast<std::size_t>(roll(5)))));
            if (roll(8) == 0)
                model->setOrderHeld(!model->orderHeld());
            model->apply(update, MonoTime(1001s));
            if (model->orderHeld())
                continue;
            QList<std::tuple<int, QString, int>> keys;
            for (int row = 0; row < model->rowCount(); ++row)
                keys.append({liveness::stateNeed(static_cast<AgentState>(
                                 model->index(row).data(AgentListModel::StateRole).toInt())),
                             model->index(row).data(AgentListModel::NameRole).toString(),
                             model->agentAt(row)});
            QVERIFY2(std::is_sorted(keys.begin(), keys.end()), qPrintable(QString::number(round)));
            QCOMPARE(model->rowCount(), agents);
        }
    }
    void agesAloneGiveOneRange() {
        load();
        QSignalSpy changes(model, &QAbstractItemModel::dataChanged);
        FleetUpdate update;
        for (std::uint32_t i = 0; i < 4; ++i) {
            update.lives.push_back(life(i, AgentState::Active));
            update.lives.back().beat = true;
        }
        model->apply(update, MonoTime(1002s));
        QCOMPARE(changes.count(), 1);
        QCOMPARE(changes.first().at(2).value<QList<int>>(),
                 QList<int>({AgentListModel::LastBeatRole}));
    }
    void manyChangesAreSortedAtOnce() {
        FleetUpdate update;
        for (std::uint32_t i = 0; i < 300; ++i) {
            update.facts.push_back(facts(i, ("n" + std::to_string(1000 + i)).c_str()));
            update.lives.push_back(life(i, AgentState::Active));
        }
        model->apply(update, MonoTime(1000s));
        const QPersistentModelIndex last = model->index(299);
        FleetUpdate down;
        for (std::uint32_t i = 100; i < 300; ++i)
            down.lives.push_back(life(i, AgentState::Stale, true));
        model->apply(down, MonoTime(1001s));
        QCOMPARE(names(*model).value(0), QStringLiteral("n1100"));
        QCOMPARE(last.row(), 199);
        QCOMPARE(model->rowOf(299), 199);
        QCOMPARE(model->summary().firing, 200);
    }

    void alertsAndRegistriesKeepTheModelContract() {
        AlertListModel alerts;
        const QAbstractItemModelTester alertTester(
            &alerts, QAbstractItemModelTester::FailureReportingMode::QtTest);
        alerts::Alert ended;
        ended.id = 2;
        ended.name = "b";
        ended.resolvedAt = UtcTime(5s);
        alerts::Alert firing;
        firing.id = 1;
        firing.name = "a";
        alerts.apply({{firing, ended}, {}});
        QCOMPARE(alerts.index(0).data(AlertListModel::TitleRole).toString(), QStringLiteral("a"));
        QCOMPARE(alerts.firing(), 1);
        // Single changes move single rows, the newest on top of its kind.
        QSignalSpy resets(&alerts, &QAbstractItemModel::modelReset);
        alerts::Alert next = firing;
        next.id = 3;
        next.name = "c";
        alerts.apply({{next}, {}});
        QCOMPARE(alerts.index(0).data(AlertListModel::TitleRole).toString(), QStringLiteral("c"));
        firing.resolvedAt = UtcTime(9s);
        alerts.apply({{firing}, {}});
        QCOMPARE(alerts.index(1).data(AlertListModel::TitleRole).toString(), QStringLiteral("a"));
        QCOMPARE(alerts.firing(), 1);
        alerts.apply({{}, {2}});
        QCOMPARE(alerts.count(), 2);
        QCOMPARE(resets.count(), 0);

        RegistryListModel registries;
        const QAbstractItemModelTester registryTester(
            &registries, QAbstractItemModelTester::FailureReportingMode::QtTest);
        RegistryLife one;
        one.host = "zns01";
        one.link = liveness::LinkState::Silent;
        one.lastContact = MonoTime(900s);
        registries.apply({one}, MonoTime(1000s));
        QCOMPARE(registries.index(0).data(RegistryListModel::StatusRole).toString(),
                 QStringLiteral("silent for 1:40"));
        QCOMPARE(registries.blindness(MonoTime(1000s)).second, 100.0);
        registries.clear();
        QCOMPARE(registries.rowCount(), 0);
    }

    void theSentenceSaysWhatToDo() {
        FleetSummary s;
        using Picture = FleetSummary::Picture;
        QCOMPARE(s.sentence({}, -1, Picture::Whole), QStringLiteral("No agents yet"));
        QCOMPARE(s.sentence({}, -1, Picture::Looking), QStringLiteral("Looking for your agents …"));
        QCOMPARE(s.sentence({}, -1, Picture::Unreadable),
                 QStringLiteral("The list of your agents cannot be read"));
        s.total = 47;
        s.count[static_cast<std::size_t>(AgentState::Active)] = 47;
        QCOMPARE(s.sentence({}, -1, Picture::Looking),
                 QStringLiteral("Looking for your agents, 47 so far …"));
        QCOMPARE(s.sentence({}, -1, Picture::Whole), QStringLiteral("All 47 agents are beating"));
        QCOMPARE(s.sentence(QStringLiteral("eu-west"), 100, Picture::Whole),
                 QStringLiteral("Blind on eu-west for 1:40"));
        s.firing = 2;
        QCOMPARE(s.sentence(QStringLiteral("eu-west"), 100, Picture::Whole),
                 QStringLiteral("2 agents need you"));
        // Green in the tray only when everything is seen.
        s.firing = 0;
        QCOMPARE(s.worst(true), AgentState::Unknown);
        QCOMPARE(s.worst(false), AgentState::Active);
    }
    void outlooksCountDown() {
        QCOMPARE(Format::outlook(static_cast<int>(AgentState::Stale), 127000, 300000, 60000),
                 QStringLiteral("leaves search in 2:53 – 3:53"));
        QCOMPARE(Format::outlook(static_cast<int>(AgentState::Inactive), 480000, 300000, 60000),
                 QStringLiteral("left search 3:00 ago"));
        QCOMPARE(Format::outlook(static_cast<int>(AgentState::Active), 1000, 300000, 60000),
                 QString());
    }

    void oneThatItsRegistryNoLongerKnowsIsNotObserved() {
        load();
        model->setRegistryName(0, QStringLiteral("zns01"), true, MonoTime(1000s), MonoTime(1000s));
        QVERIFY(model->trace(1)->unobserved(MonoTime(1010s)).empty() ||
                model->trace(1)->unobserved(MonoTime(1010s)).back().to <= MonoTime(1000s));
        miss(1, true, MonoTime(1020s));
        QVERIFY(model->trace(1)->unobserved(MonoTime(1030s)).back().to == MonoTime(1030s));
        const int row = static_cast<int>(names(*model).indexOf(QStringLiteral("alpha")));
        QCOMPARE(model->index(row).data(AgentListModel::MarksRole).toString(),
                 QStringLiteral("no record there"));
        // The registry may come and go meanwhile.
        model->setRegistryName(0, QStringLiteral("zns01"), false, MonoTime(1031s), MonoTime(1031s));
        model->setRegistryName(0, QStringLiteral("zns01"), true, MonoTime(1040s), MonoTime(1040s));
        QVERIFY(model->trace(1)->unobserved(MonoTime(1050s)).back().to == MonoTime(1050s));
        QVERIFY(model->trace(0)->unobserved(MonoTime(1050s)).back().to == MonoTime(1040s));
        miss(1, false, MonoTime(1060s));
        QVERIFY(model->trace(1)->unobserved(MonoTime(1070s)).back().to == MonoTime(1060s));
    }
};

QTEST_GUILESS_MAIN(FleetModelsTest)
#include "fleet_models_test.moc"
