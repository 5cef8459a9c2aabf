// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QtQml/qqmlregistration.h>

QT_BEGIN_NAMESPACE
class QJSEngine;
class QQmlEngine;
QT_END_NAMESPACE

namespace heartline {

/// What the desktop wants us to look like: dark or light, how large. Follows the palette until
/// somebody who knows better (the desktop's settings portal, an option) says otherwise. GUI thread.
class Appearance : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    Q_PROPERTY(bool dark READ isDark NOTIFY changed)
    /// The desktop's font size as a factor of 10 points.
    Q_PROPERTY(double scale READ scale NOTIFY changed)
    Q_PROPERTY(QString fixedFamily READ fixedFamily CONSTANT)
public:
    enum class Scheme { FromPalette, Dark, Light };

    /// No default: QML would make an instance of its own rather than take the one of the process.
    explicit Appearance(QObject *parent);
    ~Appearance() override;
    /// The one instance of the process, made on first use; engines get it too.
    static Appearance *instance();
    static Appearance *create(QQmlEngine *engine, QJSEngine *script);

    void setScheme(Scheme scheme);
    [[nodiscard]] bool isDark() const;
    [[nodiscard]] double scale() const;
    [[nodiscard]] QString fixedFamily() const;

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    Scheme m_scheme = Scheme::FromPalette;
};

} // namespace heartline
