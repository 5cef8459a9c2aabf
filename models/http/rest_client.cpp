// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/rest_client.h"

#include "http/curl_loop.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>
#include <QUrl>
#include <algorithm>
#include <array>
#include <utility>

namespace heartline::http {

/// One request: its handle, and what of its answer has arrived.
struct RestClient::Transfer {
    std::uint64_t id = 0;
    CURL *handle = nullptr;
    curl_slist *headers = nullptr;
    std::array<char, CURL_ERROR_SIZE> error{};
    Callback callback;
    MonoTime sentAt;
    std::size_t maxBytes = 0;
    std::size_t headerBytes = 0;
    std::string body;
    std::optional<UtcTime> date;
    bool tooLarge = false;

    Transfer() : handle(curl_easy_init()) {}
    ~Transfer() {
        curl_easy_cleanup(handle);
        curl_slist_free_all(headers);
    }
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;

    void prepare(const RestRequest &request);
    void prepareBody(const RestRequest &request);
    [[nodiscard]] Result<RestReply> outcome(CURLcode code, MonoTime now);
    static std::size_t takeBody(char *data, std::size_t, std::size_t size, void *self);
    static std::size_t takeHeader(char *data, std::size_t, std::size_t size, void *self);
};

namespace {

ErrorKind kindOf(CURLcode code) {
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return ErrorKind::Timeout;
    case CURLE_COULDNT_CONNECT:
        return ErrorKind::Refused;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CRL_BADFILE:
        return ErrorKind::Tls;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
        return ErrorKind::InvalidInput;
    case CURLE_WEIRD_SERVER_REPLY:
        return ErrorKind::Protocol;
    default:
        return ErrorKind::Network;
    }
}

} // namespace

std::size_t RestClient::Transfer::takeBody(char *data, std::size_t, std::size_t size, void *self) {
    auto &transfer = *static_cast<Transfer *>(self);
    if (transfer.body.size() + size > transfer.maxBytes) {
        transfer.tooLarge = true;
        return CURL_WRITEFUNC_ERROR; // ends the transfer, and its connection
    }
    transfer.body.append(data, size);
    return size;
}

std::size_t RestClient::Transfer::takeHeader(char *data, std::size_t, std::size_t size,
                                             void *self) {
    auto &transfer = *static_cast<Transfer *>(self);
    transfer.headerBytes += size;
    if (transfer.headerBytes > kMaxHeaderBytes) {
        transfer.tooLarge = true;
        return CURL_WRITEFUNC_ERROR;
    }
    std::string_view line(data, size);
    if (line.starts_with("HTTP/")) // behind an interim answer comes another one
        transfer.date.reset();
    constexpr std::string_view kDate = "date:";
    if (line.size() <= kDate.size() ||
        QByteArrayView(line.data(), kDate.size()).compare(kDate, Qt::CaseInsensitive) != 0)
        return size;
    line.remove_prefix(kDate.size());
    const std::size_t from = line.find_first_not_of(" \t");
    const std::size_t to = line.find_last_not_of(" \t\r\n");
    if (from != std::string_view::npos)
        transfer.date = parseHttpDate(line.substr(from, to + 1 - from));
    return size;
}

void RestClient::Transfer::prepareBody(const RestRequest &request) {
    if (request.body.empty() && request.method == "GET")
        return;
    if (!request.body.empty() || request.method == "POST") {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, request.body.c_str());
        headers = curl_slist_append(
            headers, request.body.empty() ? "Content-Type:" : "Content-Type: application/json");
        headers = curl_slist_append(headers, "Expect:");
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void RestClient::Transfer::prepare(const RestRequest &request) {
    maxBytes = request.maxBytes;
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(
        handle, CURLOPT_TIMEOUT_MS,
        static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(request.timeout).count()));
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "heartline/" HEARTLINE_VERSION);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error.data());
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Transfer::takeBody);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Transfer::takeHeader);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
    if (!request.authorization.empty())
        headers = curl_slist_append(headers, ("Authorization: " + request.authorization).c_str());
    prepareBody(request);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

Result<RestReply> RestClient::Transfer::outcome(CURLcode code, MonoTime now) {
    if (tooLarge)
        return fail(ErrorKind::Protocol, "the answer is larger than allowed");
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fail(ErrorKind::Timeout,
                    status > 0 ? "the answer was not complete in time" : "no answer in time");
    if (code != CURLE_OK) {
        const ErrorKind kind = kindOf(code);
        const std::string text = error[0] != '\0' ? error.data() : curl_easy_strerror(code);
        return fail(kind, (kind == ErrorKind::Tls ? "TLS: " : "") + text);
    }
    RestReply reply;
    reply.status = static_cast<int>(status);
    reply.body = std::move(body);
    reply.date = date;
    reply.sentAt = sentAt;
    reply.receivedAt = now;
    return reply;
}

RestClient::RestClient(const Clock &clock)
    : m_clock(clock), m_loop(std::make_unique<CurlLoop>(
                          [this](CURL *handle, CURLcode code) { finished(handle, code); })) {}

RestClient::~RestClient() {
    while (!m_transfers.empty())
        cancel(m_transfers.back()->id);
}

std::uint64_t RestClient::send(const RestRequest &request, Callback callback) {
    auto transfer = std::make_unique<Transfer>();
    transfer->id = ++m_lastId;
    transfer->callback = std::move(callback);
    transfer->sentAt = m_clock.mono();
    transfer->prepare(request);
    CURL *const handle = transfer->handle;
    m_transfers.push_back(std::move(transfer));
    m_loop->add(handle);
    return m_lastId;
}

void RestClient::cancel(std::uint64_t id) {
    const auto it = std::find_if(m_transfers.begin(), m_transfers.end(),
                                 [id](const auto &t) { return t->id == id; });
    if (it == m_transfers.end())
        return;
    const std::unique_ptr<Transfer> transfer = std::move(*it);
    m_transfers.erase(it);
    m_loop->remove(transfer->handle);
}

void RestClient::reset() {
    std::vector<Callback> callbacks;
    while (!m_transfers.empty()) {
        callbacks.push_back(std::move(m_transfers.back()->callback));
        cancel(m_transfers.back()->id);
    }
    m_loop->closeConnections();
    for (const Callback &callback : callbacks)
        callback(fail(ErrorKind::Cancelled, "dropped to dial anew"));
}

void RestClient::finished(void *handle, int code) {
    const auto it = std::find_if(m_transfers.begin(), m_transfers.end(),
                                 [handle](const auto &t) { return t->handle == handle; });
    if (it == m_transfers.end())
        return;
    const std::unique_ptr<Transfer> transfer = std::move(*it);
    m_transfers.erase(it);
    transfer->callback(transfer->outcome(static_cast<CURLcode>(code), m_clock.mono()));
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
    const QDate date =
        QLocale::c().toDate(part(text.substr(0, kDateLength)), QStringLiteral("ddd, dd MMM yyyy"));
    const QTime time =
        QLocale::c().toTime(part(text.substr(kDateLength)), QStringLiteral(" HH:mm:ss 'GMT'"));
    if (!date.isValid() || !time.isValid())
        return std::nullopt;
    return UtcTime(
        std::chrono::milliseconds(QDateTime(date, time, QTimeZone::utc()).toMSecsSinceEpoch()));
}

std::string pathSegment(std::string_view text) {
    return QUrl::toPercentEncoding(
               QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), ":")
        .toStdString();
}

} // namespace heartline::http
