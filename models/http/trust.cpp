// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/trust.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QStringList>

namespace heartline::http {

Trust Trust::fromEnvironment() {
    return {qEnvironmentVariable("SSL_CERT_FILE").toStdString(),
            qEnvironmentVariable("SSL_CERT_DIR").toStdString()};
}

Result<Trust> Trust::withFile(const std::string &file) {
    QFile opened(QString::fromStdString(file));
    if (!opened.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Io, "cannot read the certificates in " + file + ": " +
                                       opened.errorString().toStdString());
    if (QSslCertificate::fromDevice(&opened, QSsl::Pem).isEmpty())
        return fail(ErrorKind::InvalidInput,
                    file + " holds no certificate; it has to be in PEM form");
    Trust trust = fromEnvironment();
    trust.file = file;
    return trust;
}

QSslConfiguration Trust::configuration() const {
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    if (!addsAny())
        return configuration; // the system's are loaded as they are needed
    QList<QSslCertificate> all = QSslConfiguration::systemCaCertificates();
    if (!file.empty())
        all += QSslCertificate::fromPath(QString::fromStdString(file));
    const auto directories =
        QString::fromStdString(directory).split(QLatin1Char(':'), Qt::SkipEmptyParts);
    for (const QString &one : directories)
        all += QSslCertificate::fromPath(one + QStringLiteral("/*"), QSsl::Pem,
                                         QSslCertificate::PatternSyntax::Wildcard);
    configuration.setCaCertificates(all);
    return configuration;
}

} // namespace heartline::http
