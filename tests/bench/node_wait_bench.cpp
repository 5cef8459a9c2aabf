// SPDX-License-Identifier: GPL-3.0-or-later
// How long a heartbeat waits behind the largest requests that a node takes, and whether a burst
// reaches who listens.
#include "bench/beat_load.h"
#include "bench/loaded_node.h"
#include "bench/measure.h"
#include "bench/raw_stream.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace heartline::bench {

namespace {

constexpr std::size_t kRecords = 60'000;
constexpr std::size_t kStreaming = 1'000;
constexpr double kBurst = 10'000;
constexpr int kPings = 300;
constexpr int kSubscribers = 2'000;
constexpr double kStreamedPerSecond = 200;
constexpr double kStreamedSeconds = 5;
/// Of a node's stream: what comes in one turn goes together.
constexpr double kTurnSeconds = 0.1;
constexpr double kEventBytes = 160;

/// The longest of many pings' round trips, in ms: a ping waits as a heartbeat does.
double longestPing(std::uint16_t port, const std::string &path) {
    test::WireClient socket(port);
    (void)socket.upgrade(path);
    double longest = 0;
    for (int i = 0; i < kPings; ++i) {
        const double sent = now();
        socket.sendFrame("x", 9);
        if (socket.readFrame() != "x")
            std::exit(1);
        longest = std::max(longest, (now() - sent) * 1000);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return longest;
}

/// What one write to a connection of this machine costs, in ms of processor time.
double bareWriteMs(double bytes) {
    constexpr int kWrites = 20'000;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener, reinterpret_cast<sockaddr *>(&address), size);
    listen(listener, 1);
    getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
    const int reader = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(reader, reinterpret_cast<sockaddr *>(&address), size) != 0)
        std::exit(1);
    const int writer = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    std::thread reading([reader] {
        std::array<char, 65536> buffer{};
        while (read(reader, buffer.data(), buffer.size()) > 0) {
        }
    });
    const std::string data(static_cast<std::size_t>(bytes), 'x');
    rusage before{};
    rusage after{};
    getrusage(RUSAGE_THREAD, &before);
    for (int i = 0; i < kWrites; ++i)
        if (write(writer, data.data(), data.size()) < 0)
            std::exit(1);
    getrusage(RUSAGE_THREAD, &after);
    close(writer);
    reading.join();
    close(reader);
    close(listener);
    const auto ms = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_usec) / 1000;
    };
    return (ms(after.ru_utime) + ms(after.ru_stime) - ms(before.ru_utime) - ms(before.ru_stime)) /
           kWrites;
}

} // namespace

void benchNodeWait(Figures &figures) {
    LoadedNode node(kRecords, kStreaming + kSubscribers);
    const std::vector<std::string> paths(node.paths.begin(), node.paths.begin() + kStreaming);
    const double idle = longestPing(node.driver.port, node.paths.back());
    std::atomic<bool> stop = false;
    std::vector<std::thread> askers;
    for (int i = 0; i < 3; ++i)
        askers.emplace_back([&node, &stop, i] {
            while (!stop)
                (void)(i == 0 ? node.driver.send("GET", "/v1/entities?limit=100000")
                              : node.driver.send("POST", "/v1/search", R"({"query":"load 59"})"));
        });
    const double busy = longestPing(node.driver.port, node.paths.back());
    stop = true;
    for (std::thread &asker : askers)
        asker.join();
    figures.push_back({"node.wait", busy, "ms at most",
                       "pings of the same node without requests, " + std::to_string(idle) + " ms",
                       busy / idle, "<= 20 ms"});
    figures.push_back({"node.wait.memory", residentMb(node.process()) - node.emptyMb, "MB",
                       "the same node before", residentMb(node.process()) / node.emptyMb, ""});

    BeatLoad load(node.driver.port, paths, node.keys);
    {
        RawStream subscriber(node.driver.port, "entity_heartbeat");
        const long before = load.sent();
        load.beat(1, kBurst);
        const auto sent = static_cast<double>(load.sent() - before);
        const double until = now() + 2;
        while (static_cast<double>(subscriber.found()) < sent && now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        const auto reached = static_cast<double>(subscriber.found());
        figures.push_back({"node.stream", reached, "beats of a burst reach a subscriber in 2 s",
                           "all that were sent", reached / sent, "1.0"});
    }
    const double before = cpuMs(node.process());
    const double startedAt = now();
    load.beat(kStreamedSeconds, kStreamedPerSecond);
    const double alone = (cpuMs(node.process()) - before) / (now() - startedAt);
    {
        const RawStream subscribers(node.driver.port, "entity_heartbeat", kSubscribers);
        const double from = cpuMs(node.process());
        const double since = now();
        load.beat(kStreamedSeconds, kStreamedPerSecond);
        const double cpu = (cpuMs(node.process()) - from) / (now() - since);
        const double writes = 1 / kTurnSeconds * kSubscribers;
        const double bare = writes * bareWriteMs(kStreamedPerSecond * kTurnSeconds * kEventBytes);
        figures.push_back({"node.subscribers", cpu - alone, "ms/s CPU for 2,000 subscribers",
                           "bare writes of the same bytes, " + std::to_string(bare) + " ms/s",
                           (cpu - alone) / bare, ""});
    }
}

} // namespace heartline::bench
