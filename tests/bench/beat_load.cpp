// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/beat_load.h"

#include "base/system_clock.h"
#include "bench/measure.h"
#include "protocol/heartbeat_message.h"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace heartline::bench {

namespace {

[[noreturn]] void die(const char *what) {
    std::perror(what);
    std::exit(1);
}

std::string masked(const std::string &payload) {
    std::string frame = "\x81";
    frame += static_cast<char>(0xFE); // masked, length in two bytes
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xFF);
    return frame + std::string(4, '\0') + payload;
}

} // namespace

BeatLoad::BeatLoad(std::uint16_t port, const std::vector<std::string> &paths,
                   const std::vector<identity::SecretKey> &keys)
    : m_keys(keys) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::array<char, 1024> buffer{};
    for (const std::string &path : paths) {
        const int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0 || connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            die("connect");
        const std::string request =
            "GET " + path +
            " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        if (write(fd, request.data(), request.size()) < 0)
            die("write");
        std::string answer;
        while (answer.find("\r\n\r\n") == std::string::npos) {
            const ssize_t size = read(fd, buffer.data(), buffer.size());
            if (size <= 0)
                die("read");
            answer.append(buffer.data(), static_cast<std::size_t>(size));
        }
        if (answer.compare(9, 3, "101") != 0) {
            std::fprintf(stderr, "no upgrade: %s\n", answer.c_str());
            std::exit(1);
        }
        m_sockets.push_back(fd);
    }
}

BeatLoad::~BeatLoad() {
    for (const int fd : m_sockets)
        close(fd);
}

void BeatLoad::kill(std::size_t count) {
    for (std::size_t i = 0; i < count && !m_sockets.empty(); ++i) {
        close(m_sockets.back());
        m_sockets.pop_back();
    }
    if (m_next >= m_sockets.size())
        m_next = 0;
}

void BeatLoad::beat(double seconds, double perSecond) {
    const SystemClock clock;
    const double start = now();
    for (long i = 0;; ++i) {
        const double due = start + static_cast<double>(i) / perSecond;
        if (due > start + seconds)
            return;
        if (const double early = due - now(); early > 0)
            std::this_thread::sleep_for(std::chrono::duration<double>(early));
        const std::string frame = masked(
            protocol::makeHeartbeat(protocol::Dialect::Deployed, {}, m_keys[m_next], clock.utc()));
        if (write(m_sockets[m_next], frame.data(), frame.size()) < 0)
            die("write");
        m_next = (m_next + 1) % m_sockets.size();
        ++m_sent;
    }
}

} // namespace heartline::bench
