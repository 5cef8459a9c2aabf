// SPDX-License-Identifier: GPL-3.0-or-later
// Many agents as one program: `agent_swarm PORT DEVELOPER_FILE FIRST COUNT PERIOD_SECONDS`
// registers and starts them, prints "ready", then obeys standard input: "stop A B" and "start A B"
// for the agents A to B - 1, counted from FIRST, each answered with "ok".
#include "identity/key_file.h"
#include "support/agent_swarm.h"
#include "support/line_input.h"
#include "support/live_environment.h"

#include <cstdio>

int main(int argc, char **argv) {
    using namespace heartline;
    QCoreApplication application(argc, argv);
    if (argc != 6) {
        std::fputs("usage: agent_swarm PORT DEVELOPER_FILE FIRST COUNT PERIOD_SECONDS\n", stderr);
        return 2;
    }
    auto developer = identity::readKeyFile(argv[2]);
    if (!developer) {
        std::fprintf(stderr, "%s\n", developer.error().message.c_str());
        return 1;
    }
    test::NodeDriver registry;
    registry.port = QByteArray(argv[1]).toUShort();
    registry.developer = std::move(developer->key);
    const test::LiveEnvironment live;
    test::AgentSwarm swarm(std::move(registry), QByteArray(argv[3]).toUInt(),
                           QByteArray(argv[4]).toUInt(),
                           fromSeconds(QByteArray(argv[5]).toDouble()), live.all);
    swarm.start();
    std::puts("ready");
    std::fflush(stdout);
    const test::LineInput input([&swarm](const QByteArray &line) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() == 3)
            for (std::uint32_t i = words[1].toUInt(); i < std::min(words[2].toUInt(), swarm.size());
                 ++i)
                words[0] == "stop" ? swarm.stop(i) : swarm.start(i);
        std::puts("ok");
        std::fflush(stdout);
    });
    return QCoreApplication::exec();
}
