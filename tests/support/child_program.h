// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>
#include <optional>
#include <sys/types.h>

namespace heartline::test {

/// A program beside the test, whose lines are read and which may obey lines; it is ended with this.
/// Whatever it does not do in 30 s ends the test. Not a QProcess: that shares its memory with the
/// child until exec, after which ThreadSanitizer no longer sees how the test's threads synchronise.
class ChildProgram {
public:
    /// `environment`: "NAME=value", over the test's own.
    ChildProgram(const QString &program, const QStringList &arguments,
                 const QStringList &environment = {});
    ~ChildProgram();
    ChildProgram(const ChildProgram &) = delete;
    ChildProgram &operator=(const ChildProgram &) = delete;

    [[nodiscard]] pid_t pid() const { return m_pid; }
    /// The next line, if it is there.
    [[nodiscard]] std::optional<QByteArray> tryReadLine();
    /// Waits for it.
    [[nodiscard]] QByteArray readLine();
    /// It has been obeyed, and answered with "ok", when this returns.
    void command(const QByteArray &line);

private:
    /// Waits so long for output; false at its end or when none comes.
    bool fill(int milliseconds);

    const QByteArray m_name;
    pid_t m_pid = -1;
    int m_input = -1;  ///< its standard input
    int m_output = -1; ///< its standard output
    QByteArray m_buffer;
};

} // namespace heartline::test
