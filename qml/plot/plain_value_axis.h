// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QValueAxis>
#include <QtQml/qqmlregistration.h>

namespace heartline {

/// Qt Charts' ValueAxis under a name of our own: its type description lists it twice, and qmllint
/// 6.4 then finds neither, nor the properties of its ticks.
class PlainValueAxis : public QValueAxis {
    Q_OBJECT
    QML_ELEMENT
    /// Distance of two ticks, counted from zero; 0 leaves it to the axis.
    Q_PROPERTY(double interval READ interval WRITE setInterval NOTIFY intervalChanged)
public:
    using QValueAxis::QValueAxis;

    [[nodiscard]] double interval() const {
        return tickType() == TicksDynamic ? tickInterval() : 0;
    }
    void setInterval(double interval) {
        setTickAnchor(0);
        setTickInterval(interval);
        setTickType(interval > 0 ? TicksDynamic : TicksFixed);
        Q_EMIT intervalChanged();
    }

Q_SIGNALS:
    void intervalChanged();
};

} // namespace heartline
