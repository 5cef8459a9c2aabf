// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/start_up.h"

#include "identity/known_answer.h"
#include "identity/sodium.h"

#include <QCoreApplication>
#include <cstdio>

namespace heartline::app {

bool startUp() {
    QCoreApplication::setOrganizationName(QStringLiteral("heartline"));
    QCoreApplication::setApplicationName(QStringLiteral("heartline"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HEARTLINE_VERSION));
    identity::ensureSodium();
    if (const auto good = identity::runKnownAnswerTest(); !good) {
        std::fprintf(stderr, "heartline: %s\n", good.error().message.c_str());
        return false;
    }
    return true;
}

} // namespace heartline::app
