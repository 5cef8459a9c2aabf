// SPDX-License-Identifier: GPL-3.0-or-later
// The fault proxy as a program: `fault_proxy PORT` prints its own port, then obeys standard input,
// a word a line, and answers "ok".
#include "support/fault_proxy.h"
#include "support/line_input.h"

#include <QHash>
#include <cstdio>

int main(int argc, char **argv) {
    using heartline::test::FaultProxy;
    using Fault = FaultProxy::Fault;
    QCoreApplication application(argc, argv);
    const quint16 target = argc == 2 ? QByteArray(argv[1]).toUShort() : 0;
    if (target == 0) {
        std::fputs("usage: fault_proxy PORT\n", stderr);
        return 2;
    }
    FaultProxy proxy(target);
    const QHash<QByteArray, Fault> faults{{"none", Fault::None},       {"cut", Fault::Cut},
                                          {"freeze", Fault::Freeze},   {"strip", Fault::Strip},
                                          {"garbage", Fault::Garbage}, {"drop", Fault::Drop},
                                          {"limit", Fault::Limit}};
    std::printf("%u\n", proxy.port());
    std::fflush(stdout);
    const heartline::test::LineInput input([&](const QByteArray &line) {
        if (faults.contains(line))
            proxy.set(faults.value(line));
        else if (line == "half-open")
            proxy.halfOpen();
        else if (line.startsWith("delay "))
            proxy.setDelay(std::chrono::milliseconds(line.mid(6).toInt()));
        else
            return void(std::puts("unknown"));
        std::puts("ok");
        std::fflush(stdout);
    });
    return QCoreApplication::exec();
}
