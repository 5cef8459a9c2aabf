// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/registry_url.h"

#include "protocol/display_text.h"

#include <QUrl>

namespace heartline::protocol {

Result<std::string> normalizeRegistryUrl(std::string_view text) {
    const QString raw =
        QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).trimmed();
    const std::string shown = displayText(raw.toStdString(), 200);
    const auto invalid = [&shown](const char *why) {
        return fail(ErrorKind::InvalidInput, "registry URL \"" + shown + "\" " + why);
    };
    if (!raw.startsWith(QLatin1String("http://")) && !raw.startsWith(QLatin1String("https://")))
        return invalid("must start with https:// or http://");
    const QUrl url(raw, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return invalid("is not valid");
    if (!url.userInfo().isEmpty())
        return invalid("must not hold a user name or password");
    if (url.path() != QLatin1String("/") && !url.path().isEmpty())
        return invalid(
            "must end after the host and port: registries live at the root, without a path");
    if (url.hasQuery() || url.hasFragment())
        return invalid("must not hold a query or a fragment");
    return url.toString(QUrl::RemovePath | QUrl::FullyEncoded).toStdString();
}

std::string webSocketUrl(std::string_view registry, std::string_view path) {
    return "ws" + std::string(registry.substr(4)) + std::string(path); // http → ws, https → wss
}

std::string registryHost(std::string_view registry) {
    const std::size_t start = registry.find("://");
    return std::string(start == std::string_view::npos ? registry : registry.substr(start + 3));
}

} // namespace heartline::protocol
