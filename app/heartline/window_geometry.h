// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRect>
#include <QWindow>

namespace heartline {

/// Puts a saved geometry onto the screens that are there now: wholly visible, not smaller than
/// `minimum`.
[[nodiscard]] QRect clampedToScreens(const QRect &saved, const QList<QRect> &screens,
                                     const QSize &minimum);

void restoreGeometry(QWindow &window);
void saveGeometry(const QWindow &window);

} // namespace heartline
