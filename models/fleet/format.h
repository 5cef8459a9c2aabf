// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_state.h"
#include "liveness/thresholds.h"

#include <QObject>
#include <QString>

namespace heartline::fleet {

/// Ready texts for ages and states; QML formats nothing itself. Ages are milliseconds.
class Format : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    using QObject::QObject;

    /// `m:ss` below an hour, then `3 h 12 min`; a dash for a negative age.
    Q_INVOKABLE static QString age(double ms);
    Q_INVOKABLE static QString stateWord(int state);
    /// Those that are not empty, in one line.
    Q_INVOKABLE static QString joined(const QStringList &parts);
    /// The icon that stands for a state: "state-stale".
    Q_INVOKABLE static QString stateIcon(int state);
    /// What comes next for a silent agent: when it leaves search.
    Q_INVOKABLE static QString outlook(int state, double ageMs, double inactiveMs, double sweepMs);
};

} // namespace heartline::fleet
