// SPDX-License-Identifier: GPL-3.0-or-later
#include "window_geometry.h"

#include <QGuiApplication>
#include <QScreen>
#include <QSettings>
#include <algorithm>

namespace heartline {

namespace {
constexpr QLatin1String kGeometryKey("window/geometry");
}

QRect clampedToScreens(const QRect &saved, const QList<QRect> &screens, const QSize &minimum) {
    if (screens.isEmpty())
        return saved;
    const auto area = [](const QRect &r) { return r.isValid() ? r.width() * r.height() : 0; };
    // The screen that shows most of it; the first one when none does.
    const QRect screen =
        *std::max_element(screens.begin(), screens.end(), [&](const QRect &a, const QRect &b) {
            return area(a & saved) < area(b & saved);
        });
    QRect fitted = saved;
    fitted.setSize(saved.size().expandedTo(minimum).boundedTo(screen.size()));
    fitted.moveLeft(std::clamp(fitted.left(), screen.left(), screen.right() - fitted.width() + 1));
    fitted.moveTop(std::clamp(fitted.top(), screen.top(), screen.bottom() - fitted.height() + 1));
    return fitted;
}

void restoreGeometry(QWindow &window) {
    const QRect saved = QSettings().value(kGeometryKey).toRect();
    QList<QRect> screens;
    for (const QScreen *screen : QGuiApplication::screens())
        screens << screen->availableGeometry();
    const QRect wanted = saved.isValid() ? saved : QRect(screens.value(0).topLeft(), window.size());
    window.setGeometry(clampedToScreens(wanted, screens, window.minimumSize()));
}

void saveGeometry(const QWindow &window) {
    if (window.visibility() == QWindow::Windowed)
        QSettings().setValue(kGeometryKey, window.geometry());
}

} // namespace heartline
