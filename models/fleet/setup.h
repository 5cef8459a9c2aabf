// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>
#include <QUrl>
#include <QtQml/qqmlregistration.h>

QT_BEGIN_NAMESPACE
class QJSEngine;
class QQmlEngine;
QT_END_NAMESPACE

namespace heartline::fleet {

/// The first start without a key: where it was looked for, and the three ways on. What is chosen
/// is carried out by the composition root. GUI thread.
class Setup : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    Q_PROPERTY(bool needed READ isNeeded NOTIFY changed)
    Q_PROPERTY(QStringList lookedAt READ lookedAt NOTIFY changed)
    Q_PROPERTY(QString error READ error NOTIFY changed)
public:
    /// No default: QML would make an instance of its own rather than take the provided one.
    explicit Setup(QObject *parent) : QObject(parent) {}
    /// The instance that `qml` engines get; must outlive them.
    static void provide(Setup *instance);
    static Setup *create(QQmlEngine *engine, QJSEngine *script);

    void setNeeded(bool needed, const QStringList &lookedAt);
    void setError(const QString &error);

    [[nodiscard]] bool isNeeded() const { return m_needed; }
    [[nodiscard]] QStringList lookedAt() const { return m_lookedAt; }
    [[nodiscard]] QString error() const { return m_error; }

    /// A key file; its developer id is taken, the key itself is not kept.
    Q_INVOKABLE void useKeyFile(const QUrl &file);
    Q_INVOKABLE void useDeveloperId(const QString &id);
    Q_INVOKABLE void useDemo();

Q_SIGNALS:
    void changed();
    /// A path or an id, not yet checked.
    void developerChosen(const QString &fileOrId);
    void demoChosen();

private:
    bool m_needed = false;
    QStringList m_lookedAt;
    QString m_error;
};

} // namespace heartline::fleet
