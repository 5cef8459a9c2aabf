// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QNetworkProxy>

QT_BEGIN_NAMESPACE
class QUrl;
QT_END_NAMESPACE

namespace heartline::http {

/// The proxy that the environment names for an address (`http_proxy` in small letters alone,
/// `https_proxy`, `all_proxy`, `no_proxy`), by the rules that libcurl keeps: a registry's stream
/// goes the way its requests go. NoProxy where none is named. An error where one is named that
/// streams cannot go through.
[[nodiscard]] Result<QNetworkProxy> proxyFor(const QUrl &url);

/// "host:port", for people; empty where there is none.
[[nodiscard]] QString proxyName(const QNetworkProxy &proxy);

} // namespace heartline::http
