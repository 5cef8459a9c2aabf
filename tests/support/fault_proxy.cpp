// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fault_proxy.h"

#include <QTimer>

namespace heartline::test {

FaultProxy::FaultProxy(quint16 target, QObject *parent) : QObject(parent), m_target(target) {
    m_listener.listen(QHostAddress::LocalHost);
    m_port = m_listener.serverPort();
    connect(&m_listener, &QTcpServer::newConnection, this, &FaultProxy::accept);
}

FaultProxy::~FaultProxy() {
    // The sockets outlive the list of pipes: as they go they must not tell it so.
    const auto pipes = m_pipes;
    for (const auto &pipe : pipes)
        close(pipe);
}

void FaultProxy::set(Fault fault) {
    m_fault = fault;
    if (fault == Fault::Cut) {
        m_listener.close();
        const auto pipes = m_pipes;
        for (const auto &pipe : pipes)
            close(pipe);
    } else if (!m_listener.isListening()) {
        m_listener.listen(QHostAddress::LocalHost, m_port);
    }
    for (const auto &pipe : std::as_const(m_pipes))
        flush(pipe);
}

void FaultProxy::halfOpen() {
    for (const auto &pipe : std::as_const(m_pipes))
        pipe->dead = true;
}

void FaultProxy::accept() {
    while (QTcpSocket *client = m_listener.nextPendingConnection()) {
        auto pipe = std::make_shared<Pipe>();
        pipe->client = client;
        pipe->server = new QTcpSocket(client);
        m_pipes.append(pipe);
        connect(client, &QTcpSocket::readyRead, this, [this, pipe] { carry(pipe, true); });
        connect(pipe->server, &QTcpSocket::readyRead, this, [this, pipe] { carry(pipe, false); });
        connect(pipe->server, &QTcpSocket::connected, this, [this, pipe] { flush(pipe); });
        connect(client, &QTcpSocket::disconnected, this, [this, pipe] { close(pipe); });
        connect(pipe->server, &QTcpSocket::disconnected, this, [this, pipe] {
            if (!pipe->dead)
                close(pipe);
        });
        pipe->server->connectToHost(QHostAddress::LocalHost, m_target);
    }
}

void FaultProxy::carry(const std::shared_ptr<Pipe> &pipe, bool toServer) {
    QByteArray bytes = (toServer ? pipe->client : pipe->server)->readAll();
    if (pipe->dead)
        return;
    const bool asksUpgrade = toServer && bytes.toLower().contains("\r\nupgrade: websocket");
    pipe->upgrading = pipe->upgrading || asksUpgrade;
    if (!toServer)
        bytes = sift(*pipe, bytes);
    if (asksUpgrade && m_fault == Fault::Strip) {
        pipe->client->write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    if (toServer && m_fault == Fault::Garbage) {
        pipe->client->write("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n<html>no</html");
        return;
    }
    if (toServer && m_fault == Fault::Limit && !pipe->upgraded) {
        pipe->client->write("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    const auto pass = [this, pipe, toServer, bytes] {
        (toServer ? pipe->toServer : pipe->toClient).append(bytes);
        flush(pipe);
    };
    if (m_delay.count() > 0)
        QTimer::singleShot(m_delay, this, pass);
    else
        pass();
}

QByteArray FaultProxy::sift(Pipe &pipe, QByteArray bytes) const {
    if (!pipe.upgrading)
        return bytes;
    QByteArray passed;
    pipe.frames += bytes;
    if (!pipe.upgraded) {
        const auto end = pipe.frames.indexOf("\r\n\r\n");
        if (end < 0)
            return passed;
        passed = pipe.frames.left(end + 4);
        pipe.frames.remove(0, end + 4);
        pipe.upgraded = true;
    }
    // Frames of a server are not masked (RFC 6455, 5.2).
    while (pipe.frames.size() >= 2) {
        const auto byte = [&pipe](qsizetype at) { return static_cast<quint8>(pipe.frames[at]); };
        qsizetype head = 2;
        quint64 length = byte(1) & 0x7F;
        if (length >= 126) {
            head = length == 126 ? 4 : 10;
            if (pipe.frames.size() < head)
                break;
            length = 0;
            for (qsizetype i = 2; i < head; ++i)
                length = length << 8 | byte(i);
        }
        const qsizetype whole = head + static_cast<qsizetype>(length);
        if (pipe.frames.size() < whole)
            break;
        if (const bool text = (byte(0) & 0x0F) == 1; !text || m_fault != Fault::Drop)
            passed += pipe.frames.left(whole);
        pipe.frames.remove(0, whole);
    }
    return passed;
}

void FaultProxy::flush(const std::shared_ptr<Pipe> &pipe) {
    if (m_fault == Fault::Freeze || pipe->dead || !pipe->client)
        return;
    if (pipe->server->state() == QAbstractSocket::ConnectedState && !pipe->toServer.isEmpty())
        pipe->server->write(std::exchange(pipe->toServer, {}));
    if (!pipe->toClient.isEmpty())
        pipe->client->write(std::exchange(pipe->toClient, {}));
}

void FaultProxy::close(const std::shared_ptr<Pipe> &pipe) {
    if (!m_pipes.removeOne(pipe))
        return;
    QTcpSocket *client = std::exchange(pipe->client, nullptr);
    client->disconnect(this);
    pipe->server->disconnect(this);
    client->abort();
    pipe->server->abort();
    client->deleteLater(); // and with it the other
}

} // namespace heartline::test
