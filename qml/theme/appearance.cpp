// SPDX-License-Identifier: GPL-3.0-or-later
#include "appearance.h"

#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QJSEngine>
#include <QPalette>
#include <QPointer>

namespace heartline {

Appearance::Appearance(QObject *parent) : QObject(parent) {
    qGuiApp->installEventFilter(this);
}

Appearance::~Appearance() = default;

Appearance *Appearance::instance() {
    static QPointer<Appearance> instance;
    if (!instance) {
        instance = new Appearance(qGuiApp);
        QJSEngine::setObjectOwnership(instance, QJSEngine::CppOwnership);
    }
    return instance;
}

Appearance *Appearance::create(QQmlEngine *, QJSEngine *) {
    return instance();
}

void Appearance::setScheme(Scheme scheme) {
    m_scheme = scheme;
    Q_EMIT changed();
}

bool Appearance::isDark() const {
    if (m_scheme == Scheme::FromPalette)
        return QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    return m_scheme == Scheme::Dark;
}

double Appearance::scale() const {
    const QFont font = QGuiApplication::font();
    const double points = font.pointSizeF() > 0 ? font.pointSizeF() : font.pixelSize() * 0.75;
    return qBound(0.8, points / 10, 2.0);
}

QString Appearance::fixedFamily() const {
    return QFontDatabase::systemFont(QFontDatabase::FixedFont).family();
}

bool Appearance::eventFilter(QObject *watched, QEvent *event) {
    if (watched == qGuiApp && (event->type() == QEvent::ApplicationPaletteChange ||
                               event->type() == QEvent::ApplicationFontChange))
        Q_EMIT changed();
    return QObject::eventFilter(watched, event);
}

} // namespace heartline
