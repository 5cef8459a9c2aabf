// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent_list_model.h"

#include <QObject>
#include <QXYSeries>
#include <QtQml/qqmlregistration.h>

namespace heartline {

/// Fills a chart's series with an agent's heartbeat age over its trace: x is seconds before now
/// (negative), y the age in seconds. One call replaces all points.
class AgePoints : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    using QObject::QObject;
    Q_INVOKABLE static void fill(QXYSeries *series, heartline::fleet::AgentListModel *model,
                                 int agentIndex, double nowMs);
    /// The same, without a chart. Points in unobserved time are left out.
    [[nodiscard]] static QList<QPointF> points(const history::BeatTrace &trace, MonoTime now);
};

} // namespace heartline
