// SPDX-License-Identifier: GPL-3.0-or-later
// A registry node under 10,000 agents, against a server that does the least.
#include "bench/bare_server.h"
#include "bench/beat_load.h"
#include "bench/measure.h"
#include "identity/entity_id.h"
#include "protocol/json.h"
#include "support/node_driver.h"

#include <QProcess>
#include <QTemporaryDir>
#include <cstdio>
#include <sys/resource.h>

namespace heartline::bench {

namespace {

constexpr std::size_t kSockets = 10'000;
constexpr double kBeatsPerSecond = 333;
constexpr double kRoundSeconds = 6;
constexpr double kWarmSeconds = 5;
constexpr int kRounds = 5;
constexpr double kVerifySeconds = 3;

/// Client sockets for one server at a time, and some.
void raiseDescriptorLimit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < kSockets + 200) {
        std::fprintf(stderr, "node: needs %zu open files, the limit is %lu\n", kSockets + 200,
                     static_cast<unsigned long>(limit.rlim_cur));
        std::exit(1);
    }
}

void registerAll(const test::NodeDriver &driver) {
    if (driver.registerDeveloper() != 201)
        std::exit(1);
    test::WireClient client(driver.port);
    for (std::uint32_t i = 0; i < kSockets; ++i) {
        client.send(test::WireClient::request("POST", "/v1/entities",
                                              driver.registration(i, "load " + std::to_string(i))));
        if (test::WireClient::statusOf(client.readAnswer()) != 201)
            std::exit(1);
    }
}

/// CPU in ms per second that a server takes with all sockets open and beating, and its memory then.
struct Round {
    double cpuMsPerSecond = 0;
    double residentMb = 0;
};
Round measureRound(std::uint16_t port, pid_t server, const std::vector<std::string> &paths,
                   const std::vector<identity::SecretKey> &keys) {
    BeatLoad load(port, paths, keys);
    load.beat(kWarmSeconds, kSockets / kWarmSeconds); // each socket once: buffers are made
    Round round;
    const double before = cpuMs(server);
    const double start = now();
    load.beat(kRoundSeconds, kBeatsPerSecond);
    round.cpuMsPerSecond = (cpuMs(server) - before) / (now() - start);
    round.residentMb = residentMb(server);
    return round;
}

} // namespace

void benchNode(Figures &figures) {
    raiseDescriptorLimit();
    test::NodeDriver driver;
    std::vector<identity::SecretKey> keys;
    std::vector<identity::PublicKey> publicKeys;
    std::vector<std::string> nodePaths;
    std::vector<std::string> barePaths;
    for (std::uint32_t i = 0; i < kSockets; ++i) {
        keys.push_back(driver.agentKey(i));
        publicKeys.push_back(keys.back().publicKey());
        nodePaths.push_back("/v1/entities/" + driver.agentId(i) + "/ws");
        barePaths.push_back("/v1/entities/" + std::to_string(i) + "/ws  ");
    }
    const BareServer bare = BareServer::start(publicKeys);

    const QTemporaryDir dir;
    QProcess node;
    node.start(QStringLiteral(BIN_DIR "/heartlinectl"),
               {QStringLiteral("registry"), QStringLiteral("--listen"),
                QStringLiteral("127.0.0.1:0"), QStringLiteral("--data"), dir.path()});
    if (!node.waitForReadyRead(10000))
        std::exit(1);
    driver.port = static_cast<std::uint16_t>(
        QString::fromUtf8(node.readLine()).section(QLatin1Char(':'), -1).trimmed().toUInt());
    const auto nodeProcess = static_cast<pid_t>(node.processId());
    std::fprintf(stderr, "node: registering %zu agents\n", kSockets);
    registerAll(driver);
    const double emptyMb = residentMb(nodeProcess);
    std::vector<double> nodeCosts;
    std::vector<double> ratios;
    double fullMb = 0;
    for (int i = 0; i < kRounds; ++i) {
        const Round least = measureRound(bare.port, bare.process, barePaths, keys);
        const Round ours = measureRound(driver.port, nodeProcess, nodePaths, keys);
        nodeCosts.push_back(ours.cpuMsPerSecond);
        ratios.push_back(ours.cpuMsPerSecond / least.cpuMsPerSecond);
        fullMb = std::max(fullMb, ours.residentMb);
        std::fprintf(stderr, "node: round %d: node %.1f ms/s, bare %.1f ms/s\n", i + 1,
                     ours.cpuMsPerSecond, least.cpuMsPerSecond);
    }
    // Every beat must have counted: the last one of the first agent is in its record.
    const auto record = protocol::Json::parse(
        test::WireClient::bodyOf(driver.send("GET", "/v1/entities/" + driver.agentId(0))));
    if (record["last_heartbeat"] == record["registered_at"]) {
        std::fprintf(stderr, "node: the beats did not count\n");
        std::exit(1);
    }
    figures.push_back({"node.sockets10k", median(nodeCosts), "ms/s CPU",
                       "a bare epoll server that verifies and stores nothing", median(ratios),
                       "<= 2.0"});
    figures.push_back(
        {"node.memory10k", fullMb - emptyMb, "MB",
         "the same node without sockets, " + std::to_string(static_cast<int>(emptyMb)) + " MB",
         fullMb / emptyMb, "<= 80 MB more"});

    // Verified beats a second of processor time, against libsodium alone.
    std::vector<double> verifyRatios;
    std::vector<double> rates;
    BeatLoad nodeLoad(driver.port, nodePaths, keys);
    const std::string text = "2026-03-12T10:00:30Z";
    const auto signature = keys[0].sign(text);
    for (int i = 0; i < kRounds; ++i) {
        const double bareNs = nsPerCall(5000, [&] {
            if (!publicKeys[0].verifies(text, signature))
                std::exit(1);
        });
        const double before = cpuMs(nodeProcess);
        const long sentBefore = nodeLoad.sent();
        nodeLoad.beat(kVerifySeconds, 5000);
        const double cpu = cpuMs(nodeProcess) - before;
        rates.push_back(static_cast<double>(nodeLoad.sent() - sentBefore) / cpu * 1000);
        verifyRatios.push_back(rates.back() / (1e9 / bareNs));
    }
    figures.push_back({"node.verify", median(rates), "beats/s of one core",
                       "bare libsodium verifies", median(verifyRatios), ">= 0.85"});
    bare.stop();
    node.terminate();
    node.waitForFinished(10000);
}

} // namespace heartline::bench
