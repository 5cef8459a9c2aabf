// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QCoreApplication>
#include <QSocketNotifier>
#include <functional>
#include <unistd.h>

namespace heartline::test {

/// Calls `line` for each line of standard input, in the event loop; the program ends with it.
class LineInput {
public:
    explicit LineInput(std::function<void(const QByteArray &)> line)
        : m_notifier(STDIN_FILENO, QSocketNotifier::Read) {
        QObject::connect(
            &m_notifier, &QSocketNotifier::activated, &m_notifier, [this, line = std::move(line)] {
                QByteArray bytes(4096, '\0');
                const auto size = read(STDIN_FILENO, bytes.data(), 4096);
                if (size <= 0)
                    return QCoreApplication::quit();
                m_buffer += bytes.left(size);
                for (auto end = m_buffer.indexOf('\n'); end >= 0; end = m_buffer.indexOf('\n')) {
                    line(m_buffer.left(end).trimmed());
                    m_buffer.remove(0, end + 1);
                }
            });
    }

private:
    QSocketNotifier m_notifier;
    QByteArray m_buffer;
};

} // namespace heartline::test
