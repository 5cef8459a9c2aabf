// SPDX-License-Identifier: GPL-3.0-or-later
#include "color_scheme.h"

#include "appearance.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace heartline {

namespace {
constexpr QLatin1String kPortal("org.freedesktop.portal.Desktop");
constexpr QLatin1String kPortalPath("/org/freedesktop/portal/desktop");
constexpr QLatin1String kInterface("org.freedesktop.portal.Settings");
constexpr QLatin1String kGroup("org.freedesktop.appearance");
constexpr QLatin1String kSchemeKey("color-scheme");
} // namespace

ColorScheme::ColorScheme(QObject *parent) : QObject(parent) {
    QDBusConnection bus = QDBusConnection::sessionBus();
    bus.connect(kPortal, kPortalPath, kInterface, QStringLiteral("SettingChanged"), this,
                SLOT(settingChanged(QString, QString, QDBusVariant)));
    QDBusMessage read =
        QDBusMessage::createMethodCall(kPortal, kPortalPath, kInterface, QStringLiteral("Read"));
    read.setArguments({kGroup, kSchemeKey});
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(read), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isValid()) // a variant within a variant
            use(qvariant_cast<QDBusVariant>(reply.value().variant()).variant().toUInt());
    });
}

void ColorScheme::settingChanged(const QString &group, const QString &key,
                                 const QDBusVariant &value) {
    if (group == kGroup && key == kSchemeKey)
        use(value.variant().toUInt());
}

void ColorScheme::use(uint preference) {
    using Scheme = Appearance::Scheme;
    Appearance::instance()->setScheme(preference == 1   ? Scheme::Dark
                                      : preference == 2 ? Scheme::Light
                                                        : Scheme::FromPalette);
}

} // namespace heartline
