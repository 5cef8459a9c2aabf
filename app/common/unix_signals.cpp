// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/unix_signals.h"

#include <QSocketNotifier>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace heartline::app {

namespace {

volatile std::sig_atomic_t writeEnd = -1;

void handle(int signal) {
    const char byte = static_cast<char>(signal);
    // Nothing can be done about a full pipe here, and nothing has to be: enough is under way.
    [[maybe_unused]] const auto written = write(writeEnd, &byte, 1);
}

} // namespace

UnixSignals::UnixSignals(Hangup hangup, QObject *parent) : QObject(parent), m_hangup(hangup) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    m_readEnd = ends[0];
    writeEnd = ends[1];
    auto *notifier = new QSocketNotifier(m_readEnd, QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        bool stop = false;
        bool reload = false;
        for (char byte = 0; read(m_readEnd, &byte, 1) == 1;) {
            const bool reloads = byte == SIGHUP && m_hangup == Hangup::Reloads;
            reload = reload || reloads;
            stop = stop || !reloads;
        }
        if (stop)
            Q_EMIT stopRequested();
        else if (reload)
            Q_EMIT reloadRequested();
    });
    struct sigaction action {};
    action.sa_handler = handle;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaction(signal, &action, nullptr);
}

void UnixSignals::outliveReaders() {
    for (const int signal : {SIGPIPE, SIGXFSZ})
        std::signal(signal, SIG_IGN);
}

UnixSignals::~UnixSignals() {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        std::signal(signal, SIG_DFL);
    close(m_readEnd);
    close(writeEnd);
}

} // namespace heartline::app
