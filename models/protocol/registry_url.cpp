// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/registry_url.h"

#include "protocol/display_text.h"

#include <QRegularExpression>
#include <QUrl>

namespace heartline::protocol {

namespace {

/// What may be a password never reaches a message.
QString withoutSecrets(QString text) {
    const qsizetype scheme = text.indexOf(QLatin1String("://"));
    const qsizetype from = scheme < 0 ? 0 : scheme + 3;
    if (const qsizetype at = text.lastIndexOf(QLatin1Char('@')); at >= from)
        text.replace(from, at - from, QStringLiteral("…"));
    static const QRegularExpression queryOrFragment(QStringLiteral("([?#]).+"));
    return text.replace(queryOrFragment, QStringLiteral("\\1…"));
}

} // namespace

Result<std::string> normalizeRegistryUrl(std::string_view text) {
    const QString raw =
        QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).trimmed();
    const std::string shown = displayText(withoutSecrets(raw).toStdString(), 200);
    const auto invalid = [&shown](const char *why) {
        return fail(ErrorKind::InvalidInput, "registry URL \"" + shown + "\" " + why);
    };
    if (!raw.startsWith(QLatin1String("http://"), Qt::CaseInsensitive) &&
        !raw.startsWith(QLatin1String("https://"), Qt::CaseInsensitive))
        return invalid("must start with https:// or http://");
    QUrl url(raw, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return invalid("is not valid");
    if (!url.userInfo().isEmpty())
        return invalid("must not hold a user name or password");
    if (url.path() != QLatin1String("/") && !url.path().isEmpty())
        return invalid(
            "must end after the host and port: registries live at the root, without a path");
    if (url.hasQuery() || url.hasFragment())
        return invalid("must not hold a query or a fragment");
    if (url.port() == (url.scheme() == QLatin1String("http") ? 80 : 443))
        url.setPort(-1);
    return url.toString(QUrl::RemovePath | QUrl::FullyEncoded).toStdString();
}

std::string redirectText(std::string_view location) {
    const QUrl url(QString::fromUtf8(location.data(), static_cast<qsizetype>(location.size())));
    if (url.isRelative() || url.host().isEmpty())
        return "it redirects to another path";
    const QString origin =
        url.toString(QUrl::RemoveUserInfo | QUrl::RemovePath | QUrl::RemoveQuery |
                     QUrl::RemoveFragment | QUrl::FullyEncoded);
    return "it redirects to " + displayText(origin.toStdString(), 200) + ": give that address";
}

std::string webSocketUrl(std::string_view registry, std::string_view path) {
    return "ws" + std::string(registry.substr(4)) + std::string(path); // http → ws, https → wss
}

std::string registryHost(std::string_view registry) {
    const std::size_t start = registry.find("://");
    return std::string(start == std::string_view::npos ? registry : registry.substr(start + 3));
}

std::string pathSegment(std::string_view text) {
    return QUrl::toPercentEncoding(
               QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), ":")
        .toStdString();
}

} // namespace heartline::protocol
