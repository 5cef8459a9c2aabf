// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace heartline::app {

/// SIGINT, SIGTERM and SIGHUP as Qt signals. One per process.
class UnixSignals : public QObject {
    Q_OBJECT
public:
    /// What SIGHUP asks for: a program that can read its files again does so.
    enum class Hangup { Stops, Reloads };
    explicit UnixSignals(Hangup hangup = Hangup::Stops, QObject *parent = nullptr);
    ~UnixSignals() override;

    /// A log whose reader went away, or a file that may not grow, is an error of that write alone.
    static void outliveReaders();

Q_SIGNALS:
    void stopRequested();
    void reloadRequested();

private:
    const Hangup m_hangup;
    int m_readEnd = -1;
};

} // namespace heartline::app
