// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/child_program.h"

#include <QProcessEnvironment>
#include <array>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace heartline::test {

namespace {

std::vector<char *> pointersTo(std::vector<QByteArray> &texts) {
    std::vector<char *> pointers;
    pointers.reserve(texts.size() + 1);
    for (QByteArray &text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<QByteArray> utf8(const QStringList &texts) {
    std::vector<QByteArray> bytes;
    bytes.reserve(static_cast<std::size_t>(texts.size()));
    for (const QString &text : texts)
        bytes.push_back(text.toUtf8());
    return bytes;
}

} // namespace

ChildProgram::ChildProgram(const QString &program, const QStringList &arguments,
                           const QStringList &environment)
    : m_name(program.toUtf8()) {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (pipe2(input.data(), O_CLOEXEC) != 0 || pipe2(output.data(), O_CLOEXEC) != 0)
        qFatal("no pipe for %s", m_name.constData());
    QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    for (const QString &variable : environment)
        all.insert(variable.section(QLatin1Char('='), 0, 0), variable.section(QLatin1Char('='), 1));
    auto words = utf8(QStringList(program) + arguments);
    auto variables = utf8(all.toStringList());
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    const int failure = posix_spawn(&m_pid, m_name.constData(), &actions, nullptr,
                                    pointersTo(words).data(), pointersTo(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0)
        qFatal("%s does not start: %s", m_name.constData(), strerror(failure));
    close(input[0]);
    close(output[1]);
    m_input = input[1];
    m_output = output[0];
}

ChildProgram::~ChildProgram() {
    close(m_input);
    kill(m_pid, SIGTERM);
    kill(m_pid, SIGCONT); // a stopped one ends, too
    waitpid(m_pid, nullptr, 0);
    close(m_output);
}

bool ChildProgram::fill(int milliseconds) {
    pollfd waiting{m_output, POLLIN, 0};
    if (poll(&waiting, 1, milliseconds) <= 0)
        return false;
    std::array<char, 4096> bytes{};
    const ssize_t size = read(m_output, bytes.data(), bytes.size());
    if (size <= 0)
        return false;
    m_buffer.append(bytes.data(), size);
    return true;
}

std::optional<QByteArray> ChildProgram::tryReadLine() {
    while (!m_buffer.contains('\n') && fill(0)) {
    }
    const auto end = m_buffer.indexOf('\n');
    if (end < 0)
        return std::nullopt;
    const QByteArray line = m_buffer.left(end);
    m_buffer.remove(0, end + 1);
    return line;
}

QByteArray ChildProgram::readLine() {
    while (true) {
        if (const auto line = tryReadLine())
            return *line;
        if (!fill(30000))
            qFatal("%s does not answer", m_name.constData());
    }
}

void ChildProgram::command(const QByteArray &line) {
    const QByteArray whole = line + '\n';
    if (write(m_input, whole.constData(), static_cast<std::size_t>(whole.size())) != whole.size())
        qFatal("%s does not listen", m_name.constData());
    if (const QByteArray answer = readLine(); answer != "ok")
        qFatal("%s does not know %s", m_name.constData(), line.constData());
}

} // namespace heartline::test
