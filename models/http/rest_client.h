// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"

#include <QByteArray>
#include <QObject>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

QT_BEGIN_NAMESPACE
class QNetworkAccessManager;
class QNetworkReply;
QT_END_NAMESPACE

namespace heartline::http {

/// An answer of any status; only having no answer is an Error.
struct RestReply {
    int status = 0;
    std::string body;
    /// The `Date` header: the server's clock, cut to whole seconds, when it wrote the answer.
    std::optional<UtcTime> date;
    MonoTime sentAt;
    MonoTime receivedAt;
};

struct RestRequest {
    std::string method = "GET";
    /// Whole address.
    std::string url;
    std::string body;
    std::string authorization;
    /// From sending to the last byte of the answer, whatever trickles in meanwhile.
    Nanoseconds timeout = 10s;
    /// Of the answer's body; holds while it arrives.
    std::size_t maxBytes = 16 * 1024 * 1024;
};

/// HTTP requests on Qt's event loop. Redirects are not followed, cookies not kept, TLS errors never
/// ignored. Each request ends in exactly one call of its callback, or in none when cancel() was
/// called or the client is destroyed. Thread: the one it was made in.
class RestClient : public QObject {
    Q_OBJECT
public:
    using Callback = std::function<void(Result<RestReply>)>;

    /// `clock` must outlive the client.
    explicit RestClient(const Clock &clock, QObject *parent = nullptr);
    ~RestClient() override;

    /// An id to cancel with; never 0.
    quint64 send(const RestRequest &request, Callback callback);
    void cancel(quint64 id);
    /// Ends all with an error of kind Cancelled, and closes idle connections: the next request
    /// dials anew.
    void reset();

private:
    struct Pending;
    [[nodiscard]] std::vector<std::unique_ptr<Pending>>::iterator find(quint64 id);
    void expire(quint64 id);
    void finished(quint64 id);
    [[nodiscard]] static Result<RestReply> outcomeOf(const Pending &pending, MonoTime now);
    void makeManager();

    const Clock &m_clock;
    QNetworkAccessManager *m_manager = nullptr;
    std::vector<std::unique_ptr<Pending>> m_pending;
    quint64 m_lastId = 0;
};

/// The one form of HTTP dates that servers write (RFC 9110, IMF-fixdate): `Tue, 24 Nov 2026
/// 08:59:11 GMT`.
[[nodiscard]] std::optional<UtcTime> parseHttpDate(std::string_view text);

/// A path segment with everything but letters, digits and `-._~:` percent-encoded.
[[nodiscard]] std::string pathSegment(std::string_view text);

} // namespace heartline::http
