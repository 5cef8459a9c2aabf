// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/rest_client.h"

#include <QDateTime>
#include <QLocale>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSslSocket>
#include <QTimeZone>
#include <QUrl>
#include <algorithm>

namespace heartline::http {

struct RestClient::Pending {
    quint64 id = 0;
    QNetworkReply *reply = nullptr;
    Callback callback;
    MonoTime sentAt;
    std::size_t maxBytes = 0;
    bool tooLarge = false;
    QString tlsError;
};

namespace {

ErrorKind kindOf(QNetworkReply::NetworkError error) {
    switch (error) {
    case QNetworkReply::SslHandshakeFailedError:
        return ErrorKind::Tls;
    case QNetworkReply::OperationCanceledError: // the transfer time-out, as nobody else cancels
    case QNetworkReply::TimeoutError:
        return ErrorKind::Timeout;
    case QNetworkReply::ConnectionRefusedError:
        return ErrorKind::Refused;
    default:
        return ErrorKind::Network;
    }
}

std::optional<UtcTime> dateOf(const QNetworkReply &reply) {
    return parseHttpDate(
        std::string_view(reply.rawHeader("Date").constData(),
                         static_cast<std::size_t>(reply.rawHeader("Date").size())));
}

} // namespace

RestClient::RestClient(const Clock &clock, QObject *parent) : QObject(parent), m_clock(clock) {
    makeManager();
}

RestClient::~RestClient() {
    while (!m_pending.empty())
        cancel(m_pending.back()->id);
}

void RestClient::makeManager() {
    m_manager = new QNetworkAccessManager(this);
    m_manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_manager->setAutoDeleteReplies(false);
}

quint64 RestClient::send(const RestRequest &request, Callback callback) {
    QNetworkRequest outgoing(QUrl(QString::fromStdString(request.url), QUrl::StrictMode));
    outgoing.setTransferTimeout(static_cast<int>(
        std::chrono::duration_cast<std::chrono::milliseconds>(request.timeout).count()));
    outgoing.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    outgoing.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    outgoing.setAttribute(QNetworkRequest::CacheLoadControlAttribute,
                          QNetworkRequest::AlwaysNetwork);
    outgoing.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    outgoing.setHeader(QNetworkRequest::UserAgentHeader,
                       QStringLiteral("heartline/" HEARTLINE_VERSION));
    if (!request.body.empty())
        outgoing.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    if (!request.authorization.empty())
        outgoing.setRawHeader("Authorization", QByteArray::fromStdString(request.authorization));

    auto pending = std::make_unique<Pending>();
    pending->id = ++m_lastId;
    pending->callback = std::move(callback);
    pending->sentAt = m_clock.mono();
    pending->maxBytes = request.maxBytes;
    QNetworkReply *reply =
        m_manager->sendCustomRequest(outgoing, QByteArray::fromStdString(request.method),
                                     QByteArray::fromStdString(request.body));
    pending->reply = reply;
    const quint64 id = pending->id;
    Pending *raw = pending.get();
    m_pending.push_back(std::move(pending));
    connect(reply, &QNetworkReply::readyRead, this, [raw] {
        if (raw->reply->bytesAvailable() > static_cast<qint64>(raw->maxBytes)) {
            raw->tooLarge = true;
            raw->reply->abort();
        }
    });
    connect(reply, &QNetworkReply::sslErrors, this, [raw](const QList<QSslError> &errors) {
        if (!errors.isEmpty())
            raw->tlsError = errors.first().errorString();
    });
    connect(reply, &QNetworkReply::finished, this, [this, id] { finished(id); });
    return id;
}

void RestClient::cancel(quint64 id) {
    const auto it =
        std::find_if(m_pending.begin(), m_pending.end(), [id](auto &p) { return p->id == id; });
    if (it == m_pending.end())
        return;
    const std::unique_ptr<Pending> pending = std::move(*it);
    m_pending.erase(it);
    pending->reply->disconnect(this);
    pending->reply->abort();
    pending->reply->deleteLater();
}

void RestClient::reset() {
    std::vector<Callback> callbacks;
    while (!m_pending.empty()) {
        callbacks.push_back(std::move(m_pending.back()->callback));
        cancel(m_pending.back()->id);
    }
    m_manager->clearConnectionCache();
    for (const Callback &callback : callbacks)
        callback(fail(ErrorKind::Cancelled, "dropped to dial anew"));
}

void RestClient::finished(quint64 id) {
    const auto it =
        std::find_if(m_pending.begin(), m_pending.end(), [id](auto &p) { return p->id == id; });
    if (it == m_pending.end())
        return;
    const std::unique_ptr<Pending> pending = std::move(*it);
    m_pending.erase(it);
    QNetworkReply &reply = *pending->reply;
    reply.deleteLater();
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool wholeAnswer = status > 0 && (reply.error() == QNetworkReply::NoError ||
                                            (reply.error() >= QNetworkReply::ContentAccessDenied &&
                                             reply.error() <= QNetworkReply::UnknownServerError));
    if (pending->tooLarge)
        return pending->callback(fail(ErrorKind::Protocol, "the answer is larger than allowed"));
    if (!wholeAnswer) {
        const ErrorKind kind = kindOf(reply.error());
        std::string message = kind == ErrorKind::Timeout ? "no answer in time"
                              : kind == ErrorKind::Tls && !pending->tlsError.isEmpty()
                                  ? "TLS: " + pending->tlsError.toStdString()
                                  : reply.errorString().toStdString();
        return pending->callback(fail(kind, std::move(message)));
    }
    RestReply answer;
    answer.status = status;
    answer.body = reply.readAll().toStdString();
    answer.date = dateOf(reply);
    answer.sentAt = pending->sentAt;
    answer.receivedAt = m_clock.mono();
    if (answer.body.size() > pending->maxBytes)
        return pending->callback(fail(ErrorKind::Protocol, "the answer is larger than allowed"));
    pending->callback(std::move(answer));
}

std::optional<UtcTime> parseHttpDate(std::string_view text) {
    // Qt's RFC2822Date knows numeric zones only, and HTTP always says GMT.
    QDateTime date = QLocale::c().toDateTime(
        QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size())),
        QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
    if (!date.isValid())
        return std::nullopt;
    date.setTimeZone(QTimeZone::utc());
    return UtcTime(std::chrono::milliseconds(date.toMSecsSinceEpoch()));
}

std::string pathSegment(std::string_view text) {
    return QUrl::toPercentEncoding(
               QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), ":")
        .toStdString();
}

} // namespace heartline::http
