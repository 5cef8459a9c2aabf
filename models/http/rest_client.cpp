// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/rest_client.h"

#include "http/curl_loop.h"
#include "http/http_date.h"
#include "http/proxy.h"

#include <QUrl>
#include <algorithm>
#include <array>
#include <charconv>
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
    std::optional<Nanoseconds> age;
    bool cacheHit = false;
    std::string location;
    bool tooLarge = false;

    Transfer() : handle(curl_easy_init()) {}
    ~Transfer() {
        curl_easy_cleanup(handle);
        curl_slist_free_all(headers);
    }
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;

    void prepare(const RestRequest &request, const Trust &trust);
    void prepareBody(const RestRequest &request);
    [[nodiscard]] QUrl address() const;
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

/// Of a header line with that name, which ends with a colon.
std::optional<std::string_view> headerValue(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() ||
        QByteArrayView(line.data(), static_cast<qsizetype>(name.size()))
                .compare(QByteArrayView(name.data(), static_cast<qsizetype>(name.size())),
                         Qt::CaseInsensitive) != 0)
        return std::nullopt;
    line.remove_prefix(name.size());
    const std::size_t from = line.find_first_not_of(" \t");
    const std::size_t to = line.find_last_not_of(" \t\r\n");
    return from == std::string_view::npos || to == std::string_view::npos || to < from
               ? std::string_view()
               : line.substr(from, to + 1 - from);
}

/// Seconds; nothing for what is no number.
std::optional<Nanoseconds> parseAge(std::string_view text) {
    constexpr long long kMostSeconds = 100LL * 366 * 86'400;
    long long seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc::result_out_of_range)
        return std::chrono::seconds(kMostSeconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0)
        return std::nullopt;
    return std::chrono::seconds(std::min(seconds, kMostSeconds));
}

/// As "host:port"; empty where none is asked.
std::string proxyOf(const QUrl &url) {
    const auto proxy = proxyFor(url);
    return proxy ? proxyName(*proxy).toStdString() : std::string();
}

/// One of the words by which caches say that an answer is theirs: `HIT`, `TCP_MEM_HIT`, nginx's
/// `STALE` and `UPDATING`. Squid names its host behind `from`, which may be called anything.
bool isHit(const QByteArray &value) {
    const QByteArray said = value.toLower();
    const qsizetype host = said.indexOf(" from ");
    QByteArray words = host < 0 ? said : said.left(host);
    for (const QByteArray &part : words.replace(';', ',').split(',')) {
        const QByteArray word = part.trimmed();
        if (word == "hit" || word.endsWith("_hit") || word.endsWith(" hit") || word == "stale" ||
            word == "updating")
            return true;
    }
    return false;
}

bool saysCacheHit(std::string_view line) {
    constexpr std::array<std::string_view, 4> kNames{
        "x-cache:", "x-cache-status:", "cf-cache-status:", "cache-status:"};
    return std::any_of(kNames.begin(), kNames.end(), [line](std::string_view name) {
        const auto value = headerValue(line, name);
        return value && isHit(QByteArray(value->data(), static_cast<qsizetype>(value->size())));
    });
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
    const std::string_view line(data, size);
    if (line.starts_with("HTTP/")) { // behind an interim answer comes another one
        transfer.date.reset();
        transfer.age.reset();
        transfer.cacheHit = false;
        transfer.location.clear();
    } else if (const auto date = headerValue(line, "date:")) {
        transfer.date = parseHttpDate(*date);
    } else if (const auto location = headerValue(line, "location:")) {
        transfer.location = *location;
    } else if (const auto age = headerValue(line, "age:")) {
        if (const auto seconds = parseAge(*age))
            transfer.age = seconds;
    } else if (saysCacheHit(line)) {
        transfer.cacheHit = true;
    }
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

void RestClient::Transfer::prepare(const RestRequest &request, const Trust &trust) {
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
        headers = curl_slist_append(headers, ("Authorization: " + request.authorization).c_str());
    prepareBody(request);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

QUrl RestClient::Transfer::address() const {
    const char *url = nullptr;
    curl_easy_getinfo(handle, CURLINFO_EFFECTIVE_URL, &url);
    return QUrl(QString::fromUtf8(url));
}

Result<RestReply> RestClient::Transfer::outcome(CURLcode code, MonoTime now) {
    if (tooLarge)
        return fail(ErrorKind::TooLarge, "the answer is larger than allowed");
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
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
    RestReply reply;
    reply.status = static_cast<int>(status);
    reply.body = std::move(body);
    reply.date = date;
    reply.age = age;
    reply.cacheHit = cacheHit;
    reply.location = std::move(location);
    if (const QUrl url = address(); status / 100 != 2 && url.scheme() == QLatin1String("http"))
        reply.proxy = proxyOf(url);
    reply.sentAt = sentAt - age.value_or(0ns);
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

std::uint64_t RestClient::send(const RestRequest &request, Callback callback) {
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

std::string pathSegment(std::string_view text) {
    return QUrl::toPercentEncoding(
               QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), ":")
        .toStdString();
}

} // namespace heartline::http
