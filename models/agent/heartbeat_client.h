// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/backoff.h"
#include "base/clock.h"
#include "protocol/heartbeat_message.h"

#include <QObject>
#include <QTimer>
#include <optional>

QT_BEGIN_NAMESPACE
class QWebSocket;
QT_END_NAMESPACE

namespace heartline::agent {

/// Holds an agent's heartbeat connection: a signed ping each period, reconnection after 1, 2, 4 …
/// 60 s with jitter. It pings its side of the link too, so that a half-open one is found within a
/// period instead of never. Thread: the one it was made in.
class HeartbeatClient : public QObject {
    Q_OBJECT
public:
    struct Options {
        /// Normalised registry URL.
        std::string registry;
        std::string entityId;
        protocol::Dialect dialect = protocol::Dialect::Deployed;
        Nanoseconds period = 30s;
        /// First wait of the reconnection; doubles up to sixty times this.
        Nanoseconds backoffUnit = 1s;
    };

    /// `clock` must outlive the client.
    HeartbeatClient(Options options, identity::SecretKey key, const Clock &clock,
                    QObject *parent = nullptr);
    ~HeartbeatClient() override;

    void start();
    /// Drops the connection without a word, as a killed process would.
    void stop();
    /// Handshakes anew at once, whatever the backoff says.
    void reconnectNow();

    [[nodiscard]] bool isRunning() const { return m_running; }
    /// When the last heartbeat was handed to an open connection, on our wall clock.
    [[nodiscard]] std::optional<UtcTime> lastHeartbeat() const { return m_lastHeartbeat; }

Q_SIGNALS:
    void connected();
    /// `retryInSeconds` is negative when no retry follows.
    void disconnected(const QString &reason, double retryInSeconds);
    /// The registry does not know this id (404 before the upgrade).
    void notRegistered();
    void heartbeatSent();
    /// The registry answered a heartbeat with an error (documented dialect only).
    void rejected(const QString &reason);

private:
    void open();
    void beat();
    void lost(const QString &reason);
    void dropSocket();

    const Options m_options;
    const identity::SecretKey m_key;
    const Clock &m_clock;
    Backoff m_backoff;
    QWebSocket *m_socket = nullptr;
    QTimer m_beatTimer;
    QTimer m_pongTimer;
    QTimer m_retryTimer;
    std::optional<UtcTime> m_lastHeartbeat;
    bool m_running = false;
};

} // namespace heartline::agent
