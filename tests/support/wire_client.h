// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace heartline::test {

/// A blocking client that puts raw bytes on the wire, for what well-behaved clients never send.
/// Waits are bounded by 10 s.
class WireClient {
public:
    explicit WireClient(std::uint16_t port);
    ~WireClient();
    WireClient(const WireClient &) = delete;
    WireClient &operator=(const WireClient &) = delete;

    void send(const std::string &bytes);
    /// Reads an HTTP answer whole: head and body, by its Content-Length or its chunks.
    [[nodiscard]] std::string readAnswer();
    /// Reads until the server closes or 10 s are over; tells which.
    [[nodiscard]] bool closedByServer();
    /// One unmasked text frame from the server.
    [[nodiscard]] std::string readFrame();
    /// A masked client frame.
    void sendFrame(const std::string &payload, int opcode = 1);
    /// The upgrade's status line.
    std::string upgrade(const std::string &path);

    /// A request with a Content-Length.
    static std::string request(const std::string &method, const std::string &target,
                               const std::string &body = {}, const std::string &headers = {});
    static int statusOf(const std::string &answer);
    static std::string bodyOf(const std::string &answer);

private:
    bool fill();
    /// The body, which is taken out of what was received with all before it.
    std::string readChunks(std::size_t from);
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace heartline::test
