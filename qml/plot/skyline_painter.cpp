// SPDX-License-Identifier: GPL-3.0-or-later
#include "skyline_painter.h"

#include <algorithm>

namespace heartline {

using history::SkylineColumn;

QImage paintSkyline(const std::vector<SkylineColumn> &columns, int height,
                    const SkylineStyle &style) {
    const int width = static_cast<int>(columns.size());
    QImage image(std::max(width, 1), std::max(height, 1), QImage::Format_ARGB32_Premultiplied);
    image.fill(style.ground);
    if (width == 0 || height <= 0)
        return image;
    const int unit = std::max(1, static_cast<int>(style.devicePixelRatio));
    const QRgb hatch = qPremultiply(style.hatchColour.rgba());
    const QRgb mark = qPremultiply(style.staleColour.rgba());
    const int markRow =
        std::clamp(height - 1 - static_cast<int>(style.stale / style.top * height), 0, height - 1);
    for (int x = 0; x < width; ++x) {
        const SkylineColumn &column = columns[static_cast<std::size_t>(x)];
        if (column.kind == SkylineColumn::Kind::NotObserved) {
            for (int y = 0; y < height; ++y)
                if ((x + y) % (6 * unit) < unit)
                    image.setPixel(x, y, hatch);
        } else if (column.kind == SkylineColumn::Kind::Age) {
            const double age = toSeconds(column.age);
            const QColor &colour = age >= style.inactive ? style.inactiveColour
                                   : age >= style.stale  ? style.staleColour
                                   : age > style.late    ? style.lateColour
                                                         : style.activeColour;
            const int tall =
                std::clamp(static_cast<int>(age / style.top * height), 2 * unit, height);
            const QRgb filled = qPremultiply(colour.rgba());
            for (int y = height - tall; y < height; ++y)
                image.setPixel(x, y, filled);
            if (tall > height - markRow)
                continue; // the mark is inside the mountain
        }
        if (x % (4 * unit) < unit)
            for (int y = markRow; y < std::min(markRow + unit, height); ++y)
                image.setPixel(x, y, mark);
    }
    return image;
}

} // namespace heartline
