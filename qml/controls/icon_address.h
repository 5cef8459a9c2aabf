// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QObject>
#include <QUrl>
#include <QtQml/qqmlregistration.h>

namespace heartline {

/// What IconProvider is asked for. Made here, as a colour that QML's engine of Qt 6.4 turns into
/// text by itself may crash it: its wrapper is collected meanwhile. GUI thread.
class IconAddress : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    /// Nothing where there is no name.
    Q_INVOKABLE static QUrl of(const QString &name, const QColor &colour) {
        return name.isEmpty()
                   ? QUrl()
                   : QUrl(QStringLiteral("image://icons/%1/%2").arg(name, colour.name()));
    }
};

} // namespace heartline
