// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/card_fetcher.h"

#include "protocol/json.h"

#include <QHostAddress>
#include <algorithm>
#include <curl/curl.h>
#include <memory>
#include <sys/socket.h>
#include <unistd.h>

namespace heartline::node {

namespace {

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr long kLongestMs = 5'000;

/// Nobody's but this machine's or its own network's.
bool isPrivate(const QHostAddress &address) {
    bool isV4 = false;
    const QHostAddress v4(address.toIPv4Address(&isV4));
    const QHostAddress &plain = isV4 ? v4 : address;
    if (plain.isLoopback() || plain.isLinkLocal() || plain.isMulticast() || plain.isBroadcast() ||
        plain.isUniqueLocalUnicast() || plain.isSiteLocal() || plain.isNull())
        return true;
    static const auto kNetworks = [] {
        QList<QPair<QHostAddress, int>> networks;
        for (const char *network :
             {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.0.0.0/24",
              "192.168.0.0/16", "198.18.0.0/15", "240.0.0.0/4", "::/96", "64:ff9b::/96",
              "64:ff9b:1::/48", "2002::/16"})
            networks.append(QHostAddress::parseSubnet(QLatin1String(network)));
        return networks;
    }();
    return std::any_of(kNetworks.begin(), kNetworks.end(),
                       [&](const auto &network) { return plain.isInSubnet(network); });
}

struct Transfer {
    bool privateToo = false;
    const std::atomic<bool> *stopping = nullptr;
    bool refusedAddress = false;
    bool tooLarge = false;
    std::string body;
};

/// Called with each address that a name resolved to, when it is about to be connected to.
curl_socket_t openSocket(void *data, curlsocktype, curl_sockaddr *address) {
    auto &transfer = *static_cast<Transfer *>(data);
    if (!transfer.privateToo && isPrivate(QHostAddress(&address->addr))) {
        transfer.refusedAddress = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t take(const char *bytes, std::size_t, std::size_t count, void *data) {
    auto &transfer = *static_cast<Transfer *>(data);
    transfer.tooLarge = transfer.body.size() + count > kMostBytes;
    if (transfer.tooLarge)
        return 0;
    transfer.body.append(bytes, count);
    return count;
}

int goOn(void *data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return *static_cast<Transfer *>(data)->stopping ? 1 : 0;
}

std::string cardUrl(std::string url) {
    if (url.ends_with(".json") || url.find(".well-known") != std::string::npos)
        return url;
    while (url.ends_with('/'))
        url.pop_back();
    return url + "/.well-known/agent.json";
}

CardFetcher::Outcome fetchNow(const std::string &entityUrl, bool privateToo,
                              const std::atomic<bool> &stopping) {
    const auto failed = [&entityUrl](const std::string &why) {
        return tl::unexpected("failed to fetch agent card from " + entityUrl + ": " + why);
    };
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                   &curl_easy_cleanup);
    if (!curl)
        return failed("out of memory");
    Transfer transfer;
    transfer.privateToo = privateToo;
    transfer.stopping = &stopping;
    const std::string url = cardUrl(entityUrl);
    CURL *const c = curl.get();
    curl_easy_setopt(c, CURLOPT_URL, url.c_str());
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PROXY, ""); // it would connect in our place, to anything
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, kLongestMs);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "heartline");
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, &openSocket);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, &transfer);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, &goOn);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, &transfer);
    const CURLcode code = curl_easy_perform(c);
    if (transfer.refusedAddress)
        return failed("its address is one of a private network; the node's operator has to allow "
                      "such");
    if (transfer.tooLarge)
        return failed("it is larger than 64 KiB");
    if (code != CURLE_OK)
        return failed(curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        return tl::unexpected("agent card URL returned status " + std::to_string(status));
    if (!protocol::parseObject(transfer.body))
        return tl::unexpected(std::string("failed to parse agent card: no JSON object"));
    return std::move(transfer.body);
}

} // namespace

CardFetcher::~CardFetcher() {
    stop();
}

void CardFetcher::stop() {
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_jobs.clear();
    }
    m_changed.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void CardFetcher::fetch(const std::string &entityUrl, Done done) {
    if (entityUrl.empty())
        return done(tl::unexpected(std::string("its record names no address")));
    const std::unique_lock lock(m_mutex);
    if (m_stopping || m_jobs.size() >= kMostWaiting)
        return done(tl::unexpected(std::string("too many are asked for at once; try again later")));
    m_jobs.push_back({entityUrl, std::move(done)});
    if (!m_thread.joinable())
        m_thread = std::thread([this] { run(); });
    m_changed.notify_one();
}

void CardFetcher::run() {
    while (true) {
        Job job;
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_stopping || !m_jobs.empty(); });
            if (m_stopping)
                return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        auto outcome = fetchNow(job.url, m_privateToo, m_stopping);
        const std::lock_guard lock(m_mutex);
        if (!m_stopping)
            m_later([done = std::move(job.done), outcome = std::move(outcome)] { done(outcome); });
    }
}

} // namespace heartline::node
