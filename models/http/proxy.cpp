// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/proxy.h"

#include <QHostAddress>
#include <QRegularExpression>
#include <QUrl>
#include <initializer_list>

namespace heartline::http {

namespace {

constexpr quint16 kDefaultPort = 1080; // libcurl's

QString firstOf(std::initializer_list<const char *> names) {
    for (const char *name : names)
        if (QString value = qEnvironmentVariable(name).trimmed(); !value.isEmpty())
            return value;
    return {};
}

bool matches(const QString &host, const QHostAddress &address, QString pattern) {
    if (pattern == QLatin1String("*"))
        return true;
    if (!address.isNull()) {
        if (pattern.startsWith(QLatin1Char('[')) && pattern.endsWith(QLatin1Char(']')))
            pattern = pattern.sliced(1, pattern.size() - 2);
        return pattern.contains(QLatin1Char('/'))
                   ? address.isInSubnet(QHostAddress::parseSubnet(pattern))
                   : address == QHostAddress(pattern);
    }
    while (pattern.startsWith(QLatin1Char('.')))
        pattern.remove(0, 1);
    return !pattern.isEmpty() && (host.compare(pattern, Qt::CaseInsensitive) == 0 ||
                                  host.endsWith(QLatin1Char('.') + pattern, Qt::CaseInsensitive));
}

bool isExcepted(const QUrl &url) {
    static const QRegularExpression kSeparators(QStringLiteral("[,\\s]+"));
    const QString host = url.host();
    const QHostAddress address(host);
    const QString list = firstOf({"no_proxy", "NO_PROXY"});
    for (const QString &pattern : list.split(kSeparators, Qt::SkipEmptyParts))
        if (matches(host, address, pattern))
            return true;
    return false;
}

} // namespace

Result<QNetworkProxy> proxyFor(const QUrl &url) {
    const bool secure =
        url.scheme() == QLatin1String("wss") || url.scheme() == QLatin1String("https");
    QString named = secure ? firstOf({"https_proxy", "HTTPS_PROXY"}) : firstOf({"http_proxy"});
    if (named.isEmpty())
        named = firstOf({"all_proxy", "ALL_PROXY"});
    if (named.isEmpty() || isExcepted(url))
        return QNetworkProxy(QNetworkProxy::NoProxy);
    const QUrl proxy(named.contains(QLatin1String("://")) ? named
                                                          : QStringLiteral("http://") + named);
    const QString kind = proxy.scheme();
    const bool socks = kind == QLatin1String("socks5") || kind == QLatin1String("socks5h");
    if (proxy.host().isEmpty() || (!socks && kind != QLatin1String("http")))
        return fail(ErrorKind::InvalidInput,
                    "streams can go through proxies of the kinds http and socks5 alone, and the "
                    "environment names one of another kind");
    return QNetworkProxy(socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy,
                         proxy.host(), static_cast<quint16>(proxy.port(kDefaultPort)),
                         proxy.userName(QUrl::FullyDecoded), proxy.password(QUrl::FullyDecoded));
}

QString proxyName(const QNetworkProxy &proxy) {
    return proxy.type() == QNetworkProxy::NoProxy
               ? QString()
               : QStringLiteral("%1:%2").arg(proxy.hostName()).arg(proxy.port());
}

} // namespace heartline::http
