// SPDX-License-Identifier: GPL-3.0-or-later
#include "icon_provider.h"

#include <QFile>
#include <QPainter>
#include <QSvgRenderer>

namespace heartline {

IconProvider::IconProvider() : QQuickImageProvider(QQuickImageProvider::Image) {}

QImage IconProvider::requestImage(const QString &id, QSize *size, const QSize &requestedSize) {
    const qsizetype slash = id.indexOf(QLatin1Char('/'));
    const int pixels = qBound(8, requestedSize.width() > 0 ? requestedSize.width() : 24, 512);
    QImage image = draw(id.left(slash), QColor(id.mid(slash + 1)), pixels);
    *size = image.size();
    return image;
}

QImage IconProvider::draw(const QString &name, const QColor &colour, int pixels) {
    QImage image(pixels, pixels, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QFile file(QStringLiteral(":/heartline/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return image;
    QByteArray svg = file.readAll();
    svg.replace("currentColor", colour.name().toLatin1());
    svg.replace("#000", colour.lightnessF() > 0.5F ? "#10141A" : "#FFFFFF");
    QSvgRenderer renderer(svg);
    QPainter painter(&image);
    renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    return image;
}

} // namespace heartline
