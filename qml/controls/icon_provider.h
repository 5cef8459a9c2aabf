// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QQuickImageProvider>

namespace heartline {

/// `image://icons/<name>/<colour>`: an icon of resources/icons in one colour, drawn sharply at the
/// size that is asked for. Marks inside filled shapes take a colour that reads on it. Thread: any.
class IconProvider : public QQuickImageProvider {
public:
    IconProvider();
    QImage requestImage(const QString &id, QSize *size, const QSize &requestedSize) override;

    [[nodiscard]] static QImage draw(const QString &name, const QColor &colour, int pixels);
};

} // namespace heartline
