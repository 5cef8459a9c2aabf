// SPDX-License-Identifier: GPL-3.0-or-later
// A node that is killed under load: what it answered is there when it starts anew. HEARTLINE_ROUNDS
// says how often, 8 times at least; `./dev nightly` wants 200.
#include "support/child_program.h"
#include "support/node_driver.h"

#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <atomic>
#include <csignal>
#include <random>
#include <thread>

using namespace heartline;
using test::WireClient;

namespace {

constexpr int kAgentsAtOnce = 4;

/// What one of several clients was answered.
struct Client {
    test::NodeDriver driver;
    std::vector<std::uint32_t> registered;
    std::vector<std::uint32_t> deleted;
    std::uint32_t next = 0;

    /// Registers, and deletes each third, until the node is gone.
    void run(std::atomic<int> &answers) {
        while (true) {
            const std::uint32_t agent = next++;
            if (driver.registerAgent(agent, "agent") != 201)
                return;
            ++answers;
            if (agent % 3 != 0) {
                registered.push_back(agent);
                continue;
            }
            if (driver.deregisterAgent(agent) != 200)
                return; // it may be there or not
            deleted.push_back(agent);
            ++answers;
        }
    }
    [[nodiscard]] bool has(std::uint32_t agent) const {
        return WireClient::statusOf(driver.send("GET", "/v1/entities/" + driver.agentId(agent))) ==
               200;
    }
};

struct RunningNode {
    test::ChildProgram program;
    std::uint16_t port;

    explicit RunningNode(const QString &dir)
        : program(QStringLiteral(BIN_DIR "/heartlinectl"),
                  {"registry", "--listen", "127.0.0.1:0", "--data", dir}),
          port([this] {
              const QByteArray line = program.readLine(); // registry … listening on http://…:PORT
              return line.mid(line.lastIndexOf(':') + 1).trimmed().toUShort();
          }()) {}
    void kill() const { ::kill(program.pid(), SIGKILL); }
};

} // namespace

class NodeKillTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatItAnsweredSurvivesItsDeath() {
        const int rounds = std::max(8, qEnvironmentVariableIntValue("HEARTLINE_ROUNDS"));
        std::minstd_rand random(7);
        const QTemporaryDir dir;
        std::array<Client, kAgentsAtOnce> clients;
        bool known = false;
        std::size_t checked = 0;
        for (int round = 0; round < rounds; ++round) {
            {
                const RunningNode node(dir.path());
                for (Client &client : clients) {
                    client.driver.port = node.port;
                    if (!known)
                        QCOMPARE(client.driver.registerDeveloper(), 201);
                }
                known = true;
                std::atomic<int> answers = 0;
                std::atomic<int> running = kAgentsAtOnce;
                std::vector<std::jthread> threads;
                for (Client &client : clients)
                    threads.emplace_back([&] {
                        client.run(answers);
                        --running;
                    });
                // Right after an answer to one, which is some instant of what the others ask for;
                // or some turns of this thread later, at some instant for all.
                const int until = 5 + static_cast<int>(random() % 40);
                while (answers < until && running > 0)
                    std::this_thread::yield();
                for (auto turns = round % 2 == 0 ? random() % 20'000 : 0; turns > 0; --turns)
                    std::this_thread::yield();
                const int still = running;
                node.kill(); // which ends the threads
                QVERIFY2(still == kAgentsAtOnce, "it refused what it should have taken");
            }
            const RunningNode node(dir.path());
            for (Client &client : clients) {
                client.driver.port = node.port;
                for (const std::uint32_t agent : client.registered)
                    QVERIFY2(client.has(agent), "a registration is lost");
                for (const std::uint32_t agent : client.deleted)
                    QVERIFY2(!client.has(agent), "a deletion is undone");
                checked += client.registered.size() + client.deleted.size();
                client.registered.clear();
                client.deleted.clear();
            }
            node.kill();
        }
        qInfo("%zu answers checked", checked);
    }
};

QTEST_GUILESS_MAIN(NodeKillTest)
#include "node_kill_test.moc"
