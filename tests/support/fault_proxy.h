// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>
#include <chrono>
#include <memory>

namespace heartline::test {

/// A TCP proxy on the loopback between a dashboard and a node that breaks what it carries. Thread:
/// the one it was made in, which must run an event loop.
class FaultProxy : public QObject {
    Q_OBJECT
public:
    enum class Fault {
        None,
        Cut,     ///< every connection is reset, new ones are refused
        Freeze,  ///< connections are accepted and kept, nothing passes
        Strip,   ///< requests for an upgrade are answered with 400, the rest passes
        Garbage, ///< every request is answered with something that is no registry's
        Limit,   ///< every request is answered with 429, streams that are open go on
        Drop,    ///< of streams, text frames to the client are left out; pongs and answers pass
    };

    explicit FaultProxy(quint16 target, QObject *parent = nullptr);
    ~FaultProxy() override;
    Q_DISABLE_COPY_MOVE(FaultProxy)

    [[nodiscard]] quint16 port() const { return m_port; }
    void set(Fault fault);
    /// The connections of now carry nothing more and stay open; new ones work.
    void halfOpen();
    /// Everything is so much later.
    void setDelay(std::chrono::milliseconds delay) { m_delay = delay; }

private:
    struct Pipe {
        QTcpSocket *client = nullptr;
        QTcpSocket *server = nullptr;
        bool dead = false;
        /// It was asked to become a WebSocket, and the head of the answer has passed.
        bool upgrading = false;
        bool upgraded = false;
        /// Not yet a whole frame, to the client.
        QByteArray frames;
        /// Bytes that wait for the end of a freeze.
        QByteArray toServer;
        QByteArray toClient;
    };
    void accept();
    void carry(const std::shared_ptr<Pipe> &pipe, bool toServer);
    /// What of the server's bytes may pass to the client.
    QByteArray sift(Pipe &pipe, QByteArray bytes) const;
    void flush(const std::shared_ptr<Pipe> &pipe);
    void close(const std::shared_ptr<Pipe> &pipe);

    const quint16 m_target;
    quint16 m_port = 0;
    QTcpServer m_listener;
    QList<std::shared_ptr<Pipe>> m_pipes;
    Fault m_fault = Fault::None;
    std::chrono::milliseconds m_delay{0};
};

} // namespace heartline::test
