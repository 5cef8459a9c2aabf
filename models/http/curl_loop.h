// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QTimer>
#include <curl/curl.h>
#include <functional>

QT_BEGIN_NAMESPACE
class QSocketNotifier;
QT_END_NAMESPACE

namespace heartline::http {

/// A libcurl multi handle on Qt's event loop: its sockets and its one timer. Thread: the one it was
/// made in.
class CurlLoop : public QObject {
    Q_OBJECT
public:
    /// Told once for each transfer that ends by itself, after it was taken out. May add and remove.
    using Finished = std::function<void(CURL *transfer, CURLcode code)>;

    explicit CurlLoop(Finished finished);
    ~CurlLoop() override;
    Q_DISABLE_COPY_MOVE(CurlLoop)

    void add(CURL *transfer);
    /// Ends a transfer without a word, and its connection.
    void remove(CURL *transfer);
    /// Closes all connections; no transfer may be under way.
    void closeConnections();

private:
    struct Watched {
        QSocketNotifier *read = nullptr;
        QSocketNotifier *write = nullptr;
    };
    void open();
    void close();
    void act(curl_socket_t socket, int events);
    void watch(curl_socket_t socket, int what);
    void forget(curl_socket_t socket);
    static int onSocket(CURL *transfer, curl_socket_t socket, int what, void *self, void *);
    static int onTimer(CURLM *multi, long milliseconds, void *self);

    const Finished m_finished;
    CURLM *m_multi = nullptr;
    QTimer m_timer;
    QHash<curl_socket_t, Watched> m_watched;
};

} // namespace heartline::http
