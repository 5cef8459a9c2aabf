// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/wire_client.h"

#include <QElapsedTimer>
#include <QHostAddress>
#include <QTcpSocket>

namespace heartline::test {

namespace {
constexpr int kPatienceMs = 10000;
}

struct WireClient::Private {
    QTcpSocket socket;
    std::string received;
};

WireClient::WireClient(std::uint16_t port) : d(std::make_unique<Private>()) {
    d->socket.connectToHost(QHostAddress::LocalHost, port);
    d->socket.waitForConnected(kPatienceMs);
}

WireClient::~WireClient() = default;

void WireClient::send(const std::string &bytes) {
    d->socket.write(bytes.data(), static_cast<qint64>(bytes.size()));
    d->socket.waitForBytesWritten(kPatienceMs);
}

bool WireClient::fill() {
    if (d->socket.bytesAvailable() == 0 && !d->socket.waitForReadyRead(kPatienceMs))
        return false;
    d->received += d->socket.readAll().toStdString();
    return true;
}

std::string WireClient::readAnswer() {
    std::size_t head = std::string::npos;
    while ((head = d->received.find("\r\n\r\n")) == std::string::npos)
        if (!fill())
            return d->received;
    std::size_t length = 0;
    const QByteArray headText = QByteArray::fromStdString(d->received.substr(0, head)).toLower();
    if (const qsizetype at = headText.indexOf("content-length:"); at >= 0)
        length =
            static_cast<std::size_t>(headText.mid(at + 15).split('\r').first().trimmed().toInt());
    if (headText.contains("transfer-encoding: chunked")) {
        const std::string answerHead = d->received.substr(0, head + 4);
        return answerHead + readChunks(head + 4);
    }
    while (d->received.size() < head + 4 + length)
        if (!fill())
            break;
    std::string answer = d->received.substr(0, head + 4 + length);
    d->received.erase(0, answer.size());
    return answer;
}

std::string WireClient::readChunks(std::size_t from) {
    std::string body;
    while (true) {
        std::size_t end = std::string::npos;
        while ((end = d->received.find("\r\n", from)) == std::string::npos)
            if (!fill())
                return body;
        const std::size_t size = std::stoul(d->received.substr(from, end - from), nullptr, 16);
        while (d->received.size() < end + 2 + size + 2)
            if (!fill())
                return body;
        body += d->received.substr(end + 2, size);
        from = end + 2 + size + 2;
        if (size > 0)
            continue;
        d->received.erase(0, from);
        return body;
    }
}

bool WireClient::closedByServer() {
    QElapsedTimer timer;
    timer.start();
    while (d->socket.state() == QAbstractSocket::ConnectedState && timer.elapsed() < kPatienceMs)
        d->socket.waitForReadyRead(100);
    return d->socket.state() != QAbstractSocket::ConnectedState;
}

std::string WireClient::readFrame() {
    const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(d->received[i]); };
    while (d->received.size() < 2)
        if (!fill())
            return {};
    std::size_t start = 2;
    std::size_t size = byte(1) & 0x7FU;
    if (size == 126) {
        while (d->received.size() < 4)
            if (!fill())
                return {};
        size = byte(2) * 256U + byte(3);
        start = 4;
    }
    while (d->received.size() < start + size)
        if (!fill())
            return {};
    std::string payload = d->received.substr(start, size);
    d->received.erase(0, start + size);
    return payload;
}

void WireClient::sendFrame(const std::string &payload, int opcode) {
    std::string frame;
    frame += static_cast<char>(0x80 | opcode);
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xFF);
    }
    frame += std::string(4, '\0'); // a mask of zeros changes nothing
    send(frame + payload);
}

std::string WireClient::upgrade(const std::string &path) {
    send("GET " + path +
         " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n");
    return readAnswer();
}

std::string WireClient::request(const std::string &method, const std::string &target,
                                const std::string &body, const std::string &headers) {
    return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

int WireClient::statusOf(const std::string &answer) {
    return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
}

std::string WireClient::bodyOf(const std::string &answer) {
    const std::size_t head = answer.find("\r\n\r\n");
    return head == std::string::npos ? std::string() : answer.substr(head + 4);
}

} // namespace heartline::test
