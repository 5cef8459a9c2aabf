// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/curl_loop.h"

#include <QPointer>
#include <QSocketNotifier>
#include <csignal>
#include <utility>

namespace heartline::http {

namespace {

/// As browsers do; more requests wait for one of them.
constexpr long kConnectionsPerHost = 6;
constexpr long kIdleConnections = 32;

/// As Qt does for its own sockets: a peer that goes away is an error, not the end of the program.
void ignoreBrokenPipes() {
    struct sigaction now {};
    if (sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL)
        std::signal(SIGPIPE, SIG_IGN);
}

void startCurl() {
    static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (once != CURLE_OK)
        qFatal("libcurl does not start: %s", curl_easy_strerror(once));
    ignoreBrokenPipes();
}

} // namespace

CurlLoop::CurlLoop(Finished finished) : m_finished(std::move(finished)) {
    startCurl();
    m_timer.setSingleShot(true);
    m_timer.callOnTimeout(this, [this] { act(CURL_SOCKET_TIMEOUT, 0); });
    open();
}

CurlLoop::~CurlLoop() {
    close();
}

void CurlLoop::open() {
    m_multi = curl_multi_init();
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETFUNCTION, &CurlLoop::onSocket);
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERFUNCTION, &CurlLoop::onTimer);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(m_multi, CURLMOPT_MAX_HOST_CONNECTIONS, kConnectionsPerHost);
    curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, kIdleConnections);
}

void CurlLoop::close() {
    curl_multi_cleanup(std::exchange(m_multi, nullptr));
    m_timer.stop();
    while (!m_watched.isEmpty())
        forget(m_watched.cbegin().key());
}

void CurlLoop::closeConnections() {
    close();
    open();
}

void CurlLoop::add(CURL *transfer) {
    curl_multi_add_handle(m_multi, transfer); // the timer callback starts it
}

void CurlLoop::remove(CURL *transfer) {
    curl_multi_remove_handle(m_multi, transfer);
}

int CurlLoop::onSocket(CURL *, curl_socket_t socket, int what, void *self, void *) {
    static_cast<CurlLoop *>(self)->watch(socket, what);
    return 0;
}

int CurlLoop::onTimer(CURLM *, long milliseconds, void *self) {
    QTimer &timer = static_cast<CurlLoop *>(self)->m_timer;
    if (milliseconds < 0)
        timer.stop();
    else
        timer.start(static_cast<int>(milliseconds));
    return 0;
}

void CurlLoop::forget(curl_socket_t socket) {
    const Watched watched = m_watched.take(socket);
    for (QSocketNotifier *notifier : {watched.read, watched.write})
        if (notifier) { // perhaps in the midst of its own signal
            notifier->setEnabled(false);
            notifier->deleteLater();
        }
}

void CurlLoop::watch(curl_socket_t socket, int what) {
    if (what == CURL_POLL_REMOVE)
        return forget(socket);
    Watched &watched = m_watched[socket];
    const auto set = [&](QSocketNotifier *&notifier, QSocketNotifier::Type type, int events,
                         bool wanted) {
        if (wanted && !notifier) {
            notifier = new QSocketNotifier(socket, type, this);
            connect(notifier, &QSocketNotifier::activated, this,
                    [this, socket, events] { act(socket, events); });
        }
        if (notifier)
            notifier->setEnabled(wanted);
    };
    set(watched.read, QSocketNotifier::Read, CURL_CSELECT_IN, (what & CURL_POLL_IN) != 0);
    set(watched.write, QSocketNotifier::Write, CURL_CSELECT_OUT, (what & CURL_POLL_OUT) != 0);
}

void CurlLoop::act(curl_socket_t socket, int events) {
    const QPointer<CurlLoop> alive(this);
    int running = 0;
    curl_multi_socket_action(m_multi, socket, events, &running);
    int left = 0;
    // What a transfer's end leads to may end others, all connections, or this loop.
    while (const CURLMsg *message = alive ? curl_multi_info_read(m_multi, &left) : nullptr) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *const transfer = message->easy_handle;
        const CURLcode code = message->data.result;
        curl_multi_remove_handle(m_multi, transfer);
        m_finished(transfer, code);
    }
}

} // namespace heartline::http
