// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/skyline.h"

#include <QColor>
#include <QImage>

namespace heartline {

/// The marks and colours that a skyline is painted with. Ages in seconds.
struct SkylineStyle {
    double late = 45;
    double stale = 90;
    double inactive = 300;
    /// The age that reaches the top; higher ones are cut.
    double top = 120;
    QColor activeColour;
    QColor lateColour;
    QColor staleColour;
    QColor inactiveColour;
    QColor hatchColour;
    QColor ground;
    double devicePixelRatio = 1;
};

/// One column per pixel: height is age, colour changes at the marks, the stale mark is a dotted
/// line, unobserved time is hatched. Pure.
[[nodiscard]] QImage paintSkyline(const std::vector<history::SkylineColumn> &columns, int height,
                                  const SkylineStyle &style);

} // namespace heartline
