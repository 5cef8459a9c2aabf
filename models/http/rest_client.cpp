// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/rest_client.h"

#include <QDateTime>
#include <QLocale>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSslSocket>
#include <QTimeZone>
#include <QTimer>
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
    bool late = false;
    QString tlsError;
};

namespace {

ErrorKind kindOf(QNetworkReply::NetworkError error) {
    switch (error) {
    case QNetworkReply::SslHandshakeFailedError:
        return ErrorKind::Tls;
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
    outgoing.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    outgoing.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    outgoing.setAttribute(QNetworkRequest::CacheLoadControlAttribute,
                          QNetworkRequest::AlwaysNetwork);
    outgoing.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    // Nothing is unpacked, so that no small answer becomes a large one.
    outgoing.setRawHeader("Accept-Encoding", "identity");
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
    // One more byte than is allowed: what is refused need not be taken in.
    reply->setReadBufferSize(static_cast<qint64>(request.maxBytes) + 1);
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
    QTimer::singleShot(std::chrono::ceil<std::chrono::milliseconds>(request.timeout), reply,
                       [this, id] { expire(id); });
    return id;
}

auto RestClient::find(quint64 id) -> std::vector<std::unique_ptr<Pending>>::iterator {
    return std::find_if(m_pending.begin(), m_pending.end(), [id](auto &p) { return p->id == id; });
}

void RestClient::expire(quint64 id) {
    const auto it = find(id);
    if (it == m_pending.end())
        return;
    (*it)->late = true;
    (*it)->reply->abort(); // ends in finished()
}

void RestClient::cancel(quint64 id) {
    const auto it = find(id);
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
    const auto it = find(id);
    if (it == m_pending.end())
        return;
    const std::unique_ptr<Pending> pending = std::move(*it);
    m_pending.erase(it);
    pending->reply->deleteLater();
    pending->callback(outcomeOf(*pending, m_clock.mono()));
}

Result<RestReply> RestClient::outcomeOf(const Pending &pending, MonoTime now) {
    QNetworkReply &reply = *pending.reply;
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool wholeAnswer = status > 0 && (reply.error() == QNetworkReply::NoError ||
                                            (reply.error() >= QNetworkReply::ContentAccessDenied &&
                                             reply.error() <= QNetworkReply::UnknownServerError));
    if (pending.tooLarge)
        return fail(ErrorKind::Protocol, "the answer is larger than allowed");
    if (pending.late)
        return fail(ErrorKind::Timeout, status > 0 ? "the answer was not complete in time"
                                                   : "no answer in time");
    if (!wholeAnswer) {
        const ErrorKind kind = kindOf(reply.error());
        return fail(kind, kind == ErrorKind::Tls && !pending.tlsError.isEmpty()
                              ? "TLS: " + pending.tlsError.toStdString()
                              : reply.errorString().toStdString());
    }
    RestReply answer;
    answer.status = status;
    answer.body = reply.readAll().toStdString();
    answer.date = dateOf(reply);
    answer.sentAt = pending.sentAt;
    answer.receivedAt = now;
    if (answer.body.size() > pending.maxBytes)
        return fail(ErrorKind::Protocol, "the answer is larger than allowed");
    return answer;
}

std::optional<UtcTime> parseHttpDate(std::string_view text) {
    // Qt's RFC2822Date knows numeric zones only, and HTTP always says GMT. Date and time are read
    // apart: together they would be of our own zone, where hours are skipped once a year.
    constexpr std::size_t kDateLength = std::string_view("Tue, 24 Nov 2026").size();
    if (text.size() < kDateLength)
        return std::nullopt;
    const auto part = [](std::string_view piece) {
        return QString::fromLatin1(piece.data(), static_cast<qsizetype>(piece.size()));
    };
    const QDate date = QLocale::c().toDate(part(text.substr(0, kDateLength)),
                                           QStringLiteral("ddd, dd MMM yyyy"));
    const QTime time = QLocale::c().toTime(part(text.substr(kDateLength)),
                                           QStringLiteral(" HH:mm:ss 'GMT'"));
    if (!date.isValid() || !time.isValid())
        return std::nullopt;
    return UtcTime(std::chrono::milliseconds(
        QDateTime(date, time, QTimeZone::utc()).toMSecsSinceEpoch()));
}

std::string pathSegment(std::string_view text) {
    return QUrl::toPercentEncoding(
               QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), ":")
        .toStdString();
}

} // namespace heartline::http
