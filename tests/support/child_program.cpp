// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/child_program.h"

namespace heartline::test {

ChildProgram::ChildProgram(const QString &program, const QStringList &arguments) {
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    forkWhole(m_process);
    m_process.start(program, arguments);
}

ChildProgram::~ChildProgram() {
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(5000))
        m_process.kill();
    m_process.waitForFinished();
}

QByteArray ChildProgram::readLine() {
    while (!m_process.canReadLine())
        if (!m_process.waitForReadyRead(30000))
            qFatal("%s does not answer: %s", qPrintable(m_process.program()),
                   qPrintable(m_process.errorString()));
    return m_process.readLine().trimmed();
}

void ChildProgram::command(const QByteArray &line) {
    m_process.write(line + '\n');
    if (const QByteArray answer = readLine(); answer != "ok")
        qFatal("%s does not know %s", qPrintable(m_process.program()), line.constData());
}

} // namespace heartline::test
