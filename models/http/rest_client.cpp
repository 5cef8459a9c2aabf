// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/rest_client.h"

#include "http/curl_loop.h"
#include "http/proxy.h"

#include <QUrl>
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace heartline::http {

/// One request: its handle, and what of its answer has arrived.
struct RestClient::Transfer {
    std::uint64_t id = 0;
    CURL *handle = nullptr;
    curl_slist *requestHeaders = nullptr;
    std::array<char, CURL_ERROR_SIZE> error{};
    Callback callback;
    MonoTime sentAt;
    std::size_t maxBytes = 0;
    std::size_t headerBytes = 0;
    std::string body;
    std::vector<HttpHeader> headers;
    bool tooLarge = false;
    bool headersTooLarge = false;

    Transfer() : handle(curl_easy_init()) {}
    ~Transfer() {
        curl_easy_cleanup(handle);
        curl_slist_free_all(requestHeaders);
    }
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;

    void prepare(const HttpRequest &request, const Trust &trust);
    void prepareBody(const HttpRequest &request);
    [[nodiscard]] QUrl address() const;
    /// A connection stood when time was over: who accepts and is silent may be frozen, and who does
    /// not even accept is not there.
    [[nodiscard]] bool reachedAnybody() const;
    [[nodiscard]] Result<HttpReply> outcome(CURLcode code, MonoTime now);
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

/// Nothing for what is no header line.
std::optional<HttpHeader> parseHeader(const QByteArray &line) {
    const qsizetype colon = line.indexOf(':');
    if (colon <= 0)
        return std::nullopt;
    return HttpHeader{line.left(colon).trimmed().toLower().toStdString(),
                      line.mid(colon + 1).trimmed().toStdString()};
}

/// As "host:port"; empty where none is asked.
std::string proxyOf(const QUrl &url) {
    const auto proxy = proxyFor(url);
    return proxy ? proxyName(*proxy).toStdString() : std::string();
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
        transfer.headersTooLarge = true;
        return CURL_WRITEFUNC_ERROR;
    }
    const QByteArray line(data, static_cast<qsizetype>(size));
    if (line.startsWith("HTTP/")) // behind an interim answer comes another one
        transfer.headers.clear();
    else if (auto header = parseHeader(line))
        transfer.headers.push_back(std::move(*header));
    return size;
}

void RestClient::Transfer::prepareBody(const HttpRequest &request) {
    if (request.body.empty() && request.method == "GET")
        return;
    if (!request.body.empty() || request.method == "POST") {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, request.body.c_str());
        requestHeaders = curl_slist_append(requestHeaders, request.body.empty()
                                                               ? "Content-Type:"
                                                               : "Content-Type: application/json");
        requestHeaders = curl_slist_append(requestHeaders, "Expect:");
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void RestClient::Transfer::prepare(const HttpRequest &request, const Trust &trust) {
    maxBytes = request.maxBytes;
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    if (!trust.file.empty())
        curl_easy_setopt(handle, CURLOPT_CAINFO, trust.file.c_str());
    if (!trust.directory.empty())
        curl_easy_setopt(handle, CURLOPT_CAPATH, trust.directory.c_str());
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
        requestHeaders =
            curl_slist_append(requestHeaders, ("Authorization: " + request.authorization).c_str());
    prepareBody(request);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, requestHeaders);
}

QUrl RestClient::Transfer::address() const {
    const char *url = nullptr;
    curl_easy_getinfo(handle, CURLINFO_EFFECTIVE_URL, &url);
    return QUrl(QString::fromUtf8(url));
}

bool RestClient::Transfer::reachedAnybody() const {
    // Both are 0 until then; for a connection that is used again the former is 0 for ever.
    double connected = 0;
    double handedOver = 0;
    curl_easy_getinfo(handle, CURLINFO_CONNECT_TIME, &connected);
    curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME, &handedOver);
    return connected > 0 || handedOver > 0;
}

Result<HttpReply> RestClient::Transfer::outcome(CURLcode code, MonoTime now) {
    if (headersTooLarge) // asking for less would not help
        return fail(ErrorKind::Protocol, "its headers are larger than allowed");
    if (tooLarge)
        return fail(ErrorKind::TooLarge, "the answer is larger than allowed");
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OPERATION_TIMEDOUT && !reachedAnybody())
        return fail(ErrorKind::Network, "no connection in time");
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fail(ErrorKind::Timeout,
                    status > 0 ? "the answer was not complete in time" : "no answer in time");
    if (code != CURLE_OK) {
        const ErrorKind kind = kindOf(code);
        std::string text = error[0] != '\0' ? error.data() : curl_easy_strerror(code);
        if (text.find("nsupported proxy") !=
            std::string::npos) // it quotes the setting, and a password
            return fail(kind, "the proxy that the environment names cannot be used: give it as "
                              "http://host:port, with user:password@ before the host where needed "
                              "and special characters as %XX");
        if (const std::string proxy = proxyOf(address()); !proxy.empty())
            text += " (by the proxy " + proxy + ")";
        return fail(kind, (kind == ErrorKind::Tls ? "TLS: " : "") + text);
    }
    HttpReply reply;
    reply.status = static_cast<int>(status);
    reply.body = std::move(body);
    reply.headers = std::move(headers);
    if (const QUrl url = address(); status / 100 != 2 && url.scheme() == QLatin1String("http"))
        reply.proxy = proxyOf(url);
    reply.sentAt = sentAt;
    reply.receivedAt = now;
    return reply;
}

RestClient::RestClient(const Clock &clock, Trust trust)
    : m_clock(clock), m_trust(std::move(trust)),
      m_loop(std::make_unique<CurlLoop>(
          [this](CURL *handle, CURLcode code) { finished(handle, code); })) {}

RestClient::~RestClient() {
    while (!m_transfers.empty())
        cancel(m_transfers.back()->id);
}

std::uint64_t RestClient::send(const HttpRequest &request, Callback callback) {
    auto transfer = std::make_unique<Transfer>();
    transfer->id = ++m_lastId;
    transfer->callback = std::move(callback);
    transfer->sentAt = m_clock.mono();
    transfer->prepare(request, m_trust);
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

} // namespace heartline::http
