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

std::string FaultProxy::url() const {
    return "http://127.0.0.1:" + std::to_string(m_port);
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
    const QByteArray bytes = (toServer ? pipe->client : pipe->server)->readAll();
    if (pipe->dead)
        return;
    if (toServer && m_fault == Fault::Strip && bytes.toLower().contains("\r\nupgrade: websocket")) {
        pipe->client->write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    if (toServer && m_fault == Fault::Garbage) {
        pipe->client->write("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n<html>no</html");
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
