// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>

namespace heartline::test {

/// With a modifier of its own a QProcess forks instead of sharing its memory with the child until
/// exec, after which ThreadSanitizer would no longer see how the test's threads synchronise.
inline void forkWhole(QProcess &process) {
    process.setChildProcessModifier([] {});
}

/// A helper program that obeys its standard input, a line a command, and ends with it. Whatever it
/// does not do in 30 s ends the test.
class ChildProgram {
public:
    ChildProgram(const QString &program, const QStringList &arguments);
    ~ChildProgram();
    ChildProgram(const ChildProgram &) = delete;
    ChildProgram &operator=(const ChildProgram &) = delete;

    [[nodiscard]] QByteArray readLine();
    /// It has been obeyed when this returns.
    void command(const QByteArray &line);

private:
    QProcess m_process;
};

} // namespace heartline::test
