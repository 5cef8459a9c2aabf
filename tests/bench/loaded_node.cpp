// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/loaded_node.h"

#include "bench/measure.h"

#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>

namespace heartline::bench {

namespace {

[[noreturn]] void die(const std::string &what) {
    std::fprintf(stderr, "heartline-bench: %s\n", what.c_str());
    std::exit(1);
}

/// Client sockets for one server at a time, and some.
void raiseDescriptorLimit(std::size_t sockets) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < sockets + 200)
        die("needs " + std::to_string(sockets + 200) + " open files, the limit is " +
            std::to_string(limit.rlim_cur));
}

} // namespace

LoadedNode::LoadedNode(std::size_t count, std::size_t sockets) {
    raiseDescriptorLimit(sockets);
    node.start(QStringLiteral(BIN_DIR "/heartlinectl"),
               {QStringLiteral("registry"), QStringLiteral("--listen"),
                QStringLiteral("127.0.0.1:0"), QStringLiteral("--data"), dir.path()});
    if (!node.waitForReadyRead(10000))
        die("the registry does not start");
    driver.port = static_cast<std::uint16_t>(
        QString::fromUtf8(node.readLine()).section(QLatin1Char(':'), -1).trimmed().toUInt());
    std::fprintf(stderr, "registering %zu agents\n", count);
    if (driver.registerDeveloper() != 201)
        die("the registry does not take the developer");
    test::WireClient client(driver.port);
    for (std::uint32_t i = 0; i < count; ++i) {
        keys.push_back(driver.agentKey(i));
        paths.push_back("/v1/entities/" + driver.agentId(i) + "/ws");
        client.send(test::WireClient::request("POST", "/v1/entities",
                                              driver.registration(i, "load " + std::to_string(i))));
        if (test::WireClient::statusOf(client.readAnswer()) != 201)
            die("the registry does not take agent " + std::to_string(i));
    }
    emptyMb = residentMb(process());
}

LoadedNode::~LoadedNode() {
    node.terminate();
    node.waitForFinished(10000);
}

} // namespace heartline::bench
