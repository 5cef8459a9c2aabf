// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/logging.h"

Q_LOGGING_CATEGORY(lcAgent, "heartline.agent", QtInfoMsg)
Q_LOGGING_CATEGORY(lcFleet, "heartline.fleet", QtInfoMsg)
Q_LOGGING_CATEGORY(lcNode, "heartline.node", QtInfoMsg)
Q_LOGGING_CATEGORY(lcRegistry, "heartline.registry", QtInfoMsg)
Q_LOGGING_CATEGORY(lcStorage, "heartline.storage", QtInfoMsg)
Q_LOGGING_CATEGORY(lcDesktop, "heartline.desktop", QtInfoMsg)
