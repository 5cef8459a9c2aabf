// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet.h"

#include <QMenu>
#include <QSystemTrayIcon>

namespace heartline {

/// The worst state and the count, in the panel. A panel that comes late gets it late: it keeps
/// trying. GUI thread.
class TrayIcon : public QObject {
    Q_OBJECT
public:
    /// `fleet` must outlive the icon.
    explicit TrayIcon(fleet::Fleet &fleet, QObject *parent = nullptr);

    /// The icon as it is painted, for a test's or a picture's sake.
    [[nodiscard]] static QImage paint(liveness::AgentState worst, int firing, int pixels);

Q_SIGNALS:
    void openWanted();
    void quitWanted();

private:
    void refresh();
    void tryToShow();

    fleet::Fleet &m_fleet;
    QMenu m_menu;
    QAction *m_sentence = nullptr;
    QAction *m_reconnect = nullptr;
    QSystemTrayIcon m_icon;
    QTimer m_retry;
    QString m_drawn;
};

} // namespace heartline
