// SPDX-License-Identifier: GPL-3.0-or-later
// A registry node under 10,000 agents, against a server that does the least.
#include "bench/bare_server.h"
#include "bench/beat_load.h"
#include "bench/loaded_node.h"
#include "bench/measure.h"
#include "protocol/json.h"

#include <algorithm>
#include <cstdio>

namespace heartline::bench {

namespace {

constexpr std::size_t kSockets = 10'000;
constexpr double kBeatsPerSecond = 333;
constexpr double kRoundSeconds = 6;
constexpr double kWarmSeconds = 5;
constexpr int kRounds = 5;
constexpr double kVerifySeconds = 3;

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
    LoadedNode node(kSockets, kSockets);
    std::vector<identity::PublicKey> publicKeys;
    std::vector<std::string> barePaths;
    for (std::size_t i = 0; i < kSockets; ++i) {
        publicKeys.push_back(node.keys[i].publicKey());
        barePaths.push_back("/v1/entities/" + std::to_string(i) + "/ws  ");
    }
    const BareServer bare = BareServer::start(publicKeys);

    std::vector<double> nodeCosts;
    std::vector<double> ratios;
    double fullMb = 0;
    for (int i = 0; i < kRounds; ++i) {
        const Round least = measureRound(bare.port, bare.process, barePaths, node.keys);
        const Round ours = measureRound(node.driver.port, node.process(), node.paths, node.keys);
        nodeCosts.push_back(ours.cpuMsPerSecond);
        ratios.push_back(ours.cpuMsPerSecond / least.cpuMsPerSecond);
        fullMb = std::max(fullMb, ours.residentMb);
        std::fprintf(stderr, "node: round %d: node %.1f ms/s, bare %.1f ms/s\n", i + 1,
                     ours.cpuMsPerSecond, least.cpuMsPerSecond);
    }
    // Every beat must have counted: the last one of the first agent is in its record.
    const auto record = protocol::Json::parse(test::WireClient::bodyOf(
        node.driver.send("GET", "/v1/entities/" + node.driver.agentId(0))));
    if (record["last_heartbeat"] == record["registered_at"]) {
        std::fprintf(stderr, "node: the beats did not count\n");
        std::exit(1);
    }
    figures.push_back({"node.sockets10k", median(nodeCosts), "ms/s CPU",
                       "a bare epoll server that verifies and stores nothing", median(ratios),
                       "<= 2.0"});
    figures.push_back(
        {"node.memory10k", fullMb - node.emptyMb, "MB",
         "the same node without sockets, " + std::to_string(static_cast<int>(node.emptyMb)) + " MB",
         fullMb / node.emptyMb, "<= 80 MB more"});

    // Verified beats a second of processor time, against libsodium alone.
    std::vector<double> verifyRatios;
    std::vector<double> rates;
    BeatLoad nodeLoad(node.driver.port, node.paths, node.keys);
    const std::string text = "2026-03-12T10:00:30Z";
    const auto signature = node.keys[0].sign(text);
    for (int i = 0; i < kRounds; ++i) {
        const double bareNs = nsPerCall(5000, [&] {
            if (!publicKeys[0].verifies(text, signature))
                std::exit(1);
        });
        const double before = cpuMs(node.process());
        const long sentBefore = nodeLoad.sent();
        nodeLoad.beat(kVerifySeconds, 5000);
        const double cpu = cpuMs(node.process()) - before;
        rates.push_back(static_cast<double>(nodeLoad.sent() - sentBefore) / cpu * 1000);
        verifyRatios.push_back(rates.back() / (1e9 / bareNs));
    }
    figures.push_back({"node.verify", median(rates), "beats/s of one core",
                       "bare libsodium verifies", median(verifyRatios), ">= 0.85"});
    bare.stop();
}

} // namespace heartline::bench
