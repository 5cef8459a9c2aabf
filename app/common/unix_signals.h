// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace heartline::app {

/// SIGINT, SIGTERM and SIGHUP as a Qt signal. One per process.
class UnixSignals : public QObject {
    Q_OBJECT
public:
    explicit UnixSignals(QObject *parent = nullptr);
    ~UnixSignals() override;

    /// A log whose reader went away, or a file that may not grow, is an error of that write alone.
    static void outliveReaders();

Q_SIGNALS:
    void stopRequested();

private:
    int m_readEnd = -1;
};

} // namespace heartline::app
