// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/transport.h"

#include <map>
#include <optional>
#include <vector>

namespace heartline::test {

/// A network of which the test is the other end: requests and streams wait until it answers them.
class FakeTransport final : public Transport {
public:
    struct Line {
        StreamRequest request;
        StreamEvents events;
        int pings = 0;
        std::vector<std::string> sent;
        bool open = true;
    };

    std::uint64_t send(const HttpRequest &request, Callback callback) override {
        m_requests.emplace(++m_lastId, Waiting{request, std::move(callback)});
        ++asked;
        return m_lastId;
    }
    void cancel(std::uint64_t id) override { m_requests.erase(id); }
    void reset() override {
        ++resets;
        for (auto &[id, waiting] : std::exchange(m_requests, {}))
            waiting.callback(fail(ErrorKind::Cancelled, "dropped to dial anew"));
    }
    std::unique_ptr<Stream> open(const StreamRequest &request, StreamEvents events) override {
        lines.push_back(std::make_shared<Line>(Line{request, std::move(events)}));
        return std::make_unique<FakeStream>(lines.back());
    }

    /// Whether a request for this path waits.
    [[nodiscard]] bool waits(std::string_view path) const { return find(path).has_value(); }
    /// The one for this path that waits.
    [[nodiscard]] const HttpRequest &request(std::string_view path) const {
        return m_requests.at(find(path).value()).request;
    }
    /// The same of one whose path only begins so.
    [[nodiscard]] bool waitsUnder(std::string_view path) const { return under(path).has_value(); }
    void answerUnder(std::string_view path, Result<HttpReply> reply) {
        auto waiting = m_requests.extract(under(path).value());
        waiting.mapped().callback(std::move(reply));
    }
    void answer(std::string_view path, Result<HttpReply> reply) {
        auto waiting = m_requests.extract(find(path).value());
        waiting.mapped().callback(std::move(reply));
    }

    /// All streams that were ever opened, the newest last.
    std::vector<std::shared_ptr<Line>> lines;
    int asked = 0;
    int resets = 0;

private:
    struct Waiting {
        HttpRequest request;
        Callback callback;
    };
    struct FakeStream final : Stream {
        explicit FakeStream(std::shared_ptr<Line> its) : line(std::move(its)) {}
        ~FakeStream() override { line->open = false; }
        void ping() override { ++line->pings; }
        void send(std::string_view text) override { line->sent.emplace_back(text); }
        [[nodiscard]] std::string proxy() const override { return {}; }
        std::shared_ptr<Line> line;
    };
    [[nodiscard]] std::optional<std::uint64_t> find(std::string_view path) const {
        for (const auto &[id, waiting] : m_requests)
            if (waiting.request.url.ends_with(path))
                return id;
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::uint64_t> under(std::string_view path) const {
        for (const auto &[id, waiting] : m_requests)
            if (waiting.request.url.find(path) != std::string::npos)
                return id;
        return std::nullopt;
    }
    std::map<std::uint64_t, Waiting> m_requests;
    std::uint64_t m_lastId = 0;
};

} // namespace heartline::test
