// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/setup.h"

#include <QJSEngine>
#include <QPointer>

namespace heartline::fleet {

namespace {
QPointer<Setup> &provided() {
    static QPointer<Setup> instance;
    return instance;
}
} // namespace

void Setup::provide(Setup *instance) {
    provided() = instance;
    QJSEngine::setObjectOwnership(instance, QJSEngine::CppOwnership);
}

Setup *Setup::create(QQmlEngine *, QJSEngine *) {
    return provided();
}

void Setup::setNeeded(bool needed, const QStringList &lookedAt) {
    m_needed = needed;
    m_lookedAt = lookedAt;
    m_error.clear();
    Q_EMIT changed();
}

void Setup::setError(const QString &error) {
    m_error = error;
    Q_EMIT changed();
}

void Setup::useKeyFile(const QUrl &file) {
    if (!file.isLocalFile())
        return setError(tr("Choose a file on this computer."));
    Q_EMIT developerChosen(file.toLocalFile());
}

void Setup::useDeveloperId(const QString &id) {
    Q_EMIT developerChosen(id.trimmed());
}

void Setup::useDemo() {
    Q_EMIT demoChosen();
}

} // namespace heartline::fleet
