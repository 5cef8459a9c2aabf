// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/bare_server.h"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unordered_map>

namespace heartline::bench {

namespace {

struct Connection {
    std::string received;
    std::size_t key = 0;
    bool open = false;
};

/// Text between `"name":"` and the next quote.
std::string_view member(std::string_view json, std::string_view name) {
    const std::size_t at = json.find(name);
    if (at == std::string_view::npos)
        return {};
    const std::size_t start = at + name.size();
    return json.substr(start, json.find('"', start) - start);
}

void take(Connection &connection, const std::vector<identity::PublicKey> &keys, long &verified) {
    std::string &data = connection.received;
    while (data.size() >= 6) {
        std::size_t size = static_cast<unsigned char>(data[1]) & 0x7FU;
        std::size_t head = 6;
        if (size == 126) {
            if (data.size() < 8)
                return;
            size = static_cast<unsigned char>(data[2]) * 256U + static_cast<unsigned char>(data[3]);
            head = 8;
        }
        if (data.size() < head + size)
            return;
        const std::string_view text =
            std::string_view(data).substr(head, size); // masked with zeros by our load
        const auto signature = identity::Signature::parse(member(text, "\"signature\":\""));
        if (signature &&
            keys[connection.key].verifies(member(text, "\"timestamp\":\""), *signature))
            ++verified;
        data.erase(0, head + size);
    }
}

[[noreturn]] void serve(int listener, const std::vector<identity::PublicKey> &keys) {
    const int poll = epoll_create1(0);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = listener;
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    std::unordered_map<int, Connection> connections;
    std::array<epoll_event, 256> ready{};
    std::array<char, 4096> buffer{};
    long verified = 0;
    while (true) {
        const int count = epoll_wait(poll, ready.data(), static_cast<int>(ready.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int fd = ready[static_cast<std::size_t>(i)].data.fd;
            if (fd == listener) {
                const int accepted = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
                event.data.fd = accepted;
                epoll_ctl(poll, EPOLL_CTL_ADD, accepted, &event);
                connections[accepted];
                continue;
            }
            const ssize_t size = read(fd, buffer.data(), buffer.size());
            if (size <= 0) {
                connections.erase(fd);
                close(fd);
                continue;
            }
            Connection &connection = connections[fd];
            connection.received.append(buffer.data(), static_cast<std::size_t>(size));
            if (!connection.open) {
                const std::size_t end = connection.received.find("\r\n\r\n");
                if (end == std::string::npos)
                    continue;
                connection.key = static_cast<std::size_t>(
                    std::strtol(connection.received.c_str() + 17, nullptr, 10));
                connection.open = true;
                connection.received.erase(0, end + 4);
                const std::string_view answer =
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    "Connection: Upgrade\r\n\r\n";
                if (write(fd, answer.data(), answer.size()) < 0)
                    connection.open = false;
            }
            take(connection, keys, verified);
        }
    }
}

} // namespace

BareServer BareServer::start(const std::vector<identity::PublicKey> &keys) {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(listener, reinterpret_cast<sockaddr *>(&address), length) != 0 ||
        listen(listener, 4096) != 0)
        std::abort();
    getsockname(listener, reinterpret_cast<sockaddr *>(&address), &length);
    BareServer server;
    server.port = ntohs(address.sin_port);
    server.process = fork();
    if (server.process == 0)
        serve(listener, keys);
    close(listener);
    return server;
}

void BareServer::stop() const {
    kill(process, SIGKILL);
    waitpid(process, nullptr, 0);
}

} // namespace heartline::bench
