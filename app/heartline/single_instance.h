// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace heartline {

/// One window per session: the second start shows the first one's window and ends. Without a
/// session bus every start is the first. GUI thread.
class SingleInstance : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "io.github.heartline.Heartline")
public:
    explicit SingleInstance(QObject *parent = nullptr);
    [[nodiscard]] bool isFirst() const { return m_first; }
    /// Asks the first one to show itself.
    static void wakeFirst();

public Q_SLOTS:
    Q_SCRIPTABLE void Activate() { Q_EMIT activated(); } // a D-Bus name, hence the capital

Q_SIGNALS:
    void activated();

private:
    bool m_first = true;
};

} // namespace heartline
