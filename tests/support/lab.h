// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/child_program.h"

#include <string>

namespace heartline::test {

/// The fault proxy in a process of its own, so that nothing of ours runs in its event loop.
class ProxyProcess {
public:
    /// Between a client and the server on this port.
    explicit ProxyProcess(quint16 target)
        : m_program(QStringLiteral(FAULT_PROXY), {QString::number(target)}),
          m_url("http://127.0.0.1:" + m_program.readLine().toStdString()) {}
    [[nodiscard]] const std::string &url() const { return m_url; }
    /// "none", "cut", "freeze", "strip", "garbage", "drop", "limit", "half-open", "delay
    /// MILLISECONDS".
    void set(const QByteArray &fault) { m_program.command(fault); }

private:
    ChildProgram m_program;
    const std::string m_url;
};

/// Many agents in a process of their own; see agent_swarm_main.cpp.
class SwarmProcess {
public:
    SwarmProcess(quint16 registry, const QString &developerFile, int count, double periodSeconds)
        : m_program(QStringLiteral(AGENT_SWARM),
                    {QString::number(registry), developerFile, QStringLiteral("0"),
                     QString::number(count), QString::number(periodSeconds)}) {
        if (m_program.readLine() != "ready")
            qFatal("the agents did not start");
    }
    void stop(int from, int to) { m_program.command("stop " + range(from, to)); }
    void start(int from, int to) { m_program.command("start " + range(from, to)); }

private:
    static QByteArray range(int from, int to) {
        return QByteArray::number(from) + ' ' + QByteArray::number(to);
    }
    ChildProgram m_program;
};

} // namespace heartline::test
