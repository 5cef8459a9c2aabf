// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusVariant>
#include <QObject>

namespace heartline {

/// Follows the desktop's dark or light setting through its settings portal, where there is one;
/// elsewhere the palette decides. GUI thread.
class ColorScheme : public QObject {
    Q_OBJECT
public:
    explicit ColorScheme(QObject *parent = nullptr);

private Q_SLOTS:
    void settingChanged(const QString &group, const QString &key, const QDBusVariant &value);

private:
    static void use(uint preference);
};

} // namespace heartline
