// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "http/trust.h"

#include "protocol/activity_event.h"

#include <QObject>
#include <QSslConfiguration>

#include <QTimer>
#include <functional>

QT_BEGIN_NAMESPACE
class QWebSocket;
QT_END_NAMESPACE

namespace heartline::registry {

/// One connection to `/v1/ws/activity`. Makes one try; its owner decides about more. It pings,
/// because registries do not, and counts any frame or pong as contact. Thread: its own.
class ActivityStream : public QObject {
    Q_OBJECT
public:
    /// Says whether events about this id are wanted; asked before anything is parsed.
    using Filter = std::function<bool(std::string_view entityId)>;
    using Sink = std::function<void(const protocol::ActivityEvent &event)>;

    ActivityStream(const Clock &clock, Filter filter, Sink sink,
                   http::Trust trust = http::Trust::fromEnvironment(), QObject *parent = nullptr);
    ~ActivityStream() override;

    void open(const QString &url);
    /// Drops the connection without a signal.
    void drop();
    [[nodiscard]] bool isOpen() const { return m_greeted; }
    /// Under way, and not greeted yet.
    [[nodiscard]] bool isOpening() const { return m_socket && !m_greeted; }
    [[nodiscard]] MonoTime lastContact() const { return m_lastContact; }
    [[nodiscard]] quint64 damagedFrames() const { return m_damaged; }

    static constexpr auto kPingInterval = std::chrono::seconds(10);
    /// A registry greets at once; what does not within this time is no stream.
    static constexpr auto kGreetingTimeout = std::chrono::seconds(8);
    /// A peer that pings and never reads would have us keep all our pongs: with more than this
    /// unsent the stream is given up.
    static constexpr qint64 kMaxUnsent = 64 * 1024;
    /// One huge event of somebody else's ends no stream, though it is too large to be parsed.
    static constexpr qint64 kLargestFrame = 1024 * 1024;
    /// One stranger's beat in so long tells that the registry hears.
    static constexpr auto kOthersInterval = std::chrono::seconds(1);
    /// So many frames between two pings that are no events, and it is no stream either.
    static constexpr int kMostJunk = 1000;
    /// A part of a message that is shorter than this counts as such.
    static constexpr qsizetype kLeastPart = 128;

    /// The id in a frame, found without parsing it; empty where none is plainly there. A frame that
    /// escapes its ids is missed: the stream is a hint, records are the truth.
    [[nodiscard]] static std::string_view entityIdIn(std::string_view frame);

Q_SIGNALS:
    /// The registry's greeting came: a stream of the right kind.
    void opened();
    /// A beat of an agent that the filter leaves out came; told every kOthersInterval at most.
    void othersHeard(UtcTime stamp);
    void lost(const QString &reason);

private:
    void limitUnsent();
    void receive(const QString &text);
    /// One more frame that is no event.
    void junk();
    /// A frame about somebody else's agent.
    void receiveOthers(std::string_view frame);
    void fail(const QString &reason);

    const Clock &m_clock;
    const Filter m_filter;
    const Sink m_sink;
    const http::Trust m_trust;
    /// What follows from it; made for the first connection that needs it.
    std::optional<QSslConfiguration> m_tls;
    /// The proxy that it goes by, for people; or empty.
    QString m_proxy;
    protocol::ActivityParser m_parser;
    QWebSocket *m_socket = nullptr;
    QTimer m_pingTimer;
    QTimer m_greetingTimer;
    MonoTime m_lastContact;
    std::optional<MonoTime> m_othersToldAt;
    quint64 m_damaged = 0;
    int m_junk = 0; // since the last ping
    bool m_greeted = false;
};

} // namespace heartline::registry
