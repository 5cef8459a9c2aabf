// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/raw_stream.h"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace heartline::bench {

namespace {

[[noreturn]] void die(const char *what) {
    std::perror(what);
    std::exit(1);
}

int subscribe(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        die("connect");
    const std::string request =
        "GET /v1/ws/activity HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n";
    if (write(fd, request.data(), request.size()) < 0)
        die("write");
    std::string answer;
    std::array<char, 1024> buffer{};
    while (answer.find("streaming network activity") == std::string::npos) {
        const ssize_t size = read(fd, buffer.data(), buffer.size());
        if (size <= 0)
            die("read");
        answer.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return fd;
}

} // namespace

RawStream::RawStream(std::uint16_t port, std::string word, int count) : m_word(std::move(word)) {
    for (int i = 0; i < count; ++i)
        m_sockets.push_back(subscribe(port));
    m_thread = std::thread([this] { run(); });
}

RawStream::~RawStream() {
    m_stopping = true;
    m_thread.join();
    for (const int fd : m_sockets)
        close(fd);
}

void RawStream::run() {
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    for (const int fd : m_sockets) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
    }
    std::array<epoll_event, 256> events{};
    std::vector<char> buffer(std::size_t(256) * 1024);
    std::string rest; // the word may be cut
    while (!m_stopping) {
        const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 20);
        for (int i = 0; i < ready; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            const ssize_t size = read(fd, buffer.data(), buffer.size());
            if (size <= 0)
                epoll_ctl(poll, EPOLL_CTL_DEL, fd, nullptr);
            if (size <= 0 || fd != m_sockets.front())
                continue;
            rest.append(buffer.data(), static_cast<std::size_t>(size));
            std::size_t at = 0;
            for (std::size_t found = rest.find(m_word); found != std::string::npos;
                 found = rest.find(m_word, at)) {
                ++m_found;
                at = found + m_word.size();
            }
            rest.erase(0, std::max(at, rest.size() - std::min(rest.size(), m_word.size() - 1)));
        }
    }
    close(poll);
}

} // namespace heartline::bench
