// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QtGlobal>
#include <string>

QT_BEGIN_NAMESPACE
class QSslConfiguration;
QT_END_NAMESPACE

namespace heartline::http {

/// Which authorities may vouch for a TLS peer, besides the system's own. Nothing switches checking
/// off. Files are PEM.
struct Trust {
    std::string file;
    std::string directory; ///< or several, with colons between, as OpenSSL reads $SSL_CERT_DIR

    /// $SSL_CERT_FILE and $SSL_CERT_DIR.
    [[nodiscard]] static Trust fromEnvironment();
    /// With this file in place of $SSL_CERT_FILE. An error says why it cannot serve.
    [[nodiscard]] static Result<Trust> withFile(const std::string &file);

    /// Others than the system's.
    [[nodiscard]] bool addsAny() const { return !file.empty() || !directory.empty(); }
    /// For Qt's sockets; reads files, which takes a fifth of a second.
    [[nodiscard]] QSslConfiguration configuration() const;
};

} // namespace heartline::http
