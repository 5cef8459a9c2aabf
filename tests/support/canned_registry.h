// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/listener.h"
#include "support/test_data.h"

#include <map>
#include <memory>
#include <mutex>

namespace heartline::test {

/// A server that gives the answers it was told to, and a stream that only greets: for registries
/// that our own node cannot play. Thread: any.
class CannedRegistry final : public http::Service {
public:
    CannedRegistry() : m_listener(std::move(*http::Listener::start({}, *this))) {}
    ~CannedRegistry() override { m_listener->stop(); }

    /// `path` as the client percent-decodes it, with its leading slash.
    void answer(const std::string &path, const protocol::Json &body, int status = 200) {
        answerWith(path, {status, body.dump() + "\n", "application/json", {}, {}});
    }
    void answerWith(const std::string &path, http::Response response) {
        const std::lock_guard lock(m_mutex);
        m_answers[path] = std::move(response);
    }
    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(m_listener->port());
    }

private:
    struct Silent final : http::WebSocketHandler {
        void opened(http::WebSocket &socket) override {
            socket.send(R"({"type":"connected","timestamp":"2026-11-24T08:59:11Z","data":{}})");
        }
        void received(std::string_view) override {}
        void closed() override {}
    };
    http::Response handle(const http::Request &request) override {
        std::string path;
        for (const std::string &segment : request.segments)
            path += "/" + segment;
        const std::lock_guard lock(m_mutex);
        const auto known = m_answers.find(path);
        return known != m_answers.end() ? known->second : refusal(404, "not found");
    }
    Upgrade upgrade(const http::Request &) override { return std::make_unique<Silent>(); }
    http::Response refusal(int status, std::string_view reason) override {
        return {status,
                protocol::Json{{"error", std::string(reason)}}.dump() + "\n",
                "application/json",
                {},
                {}};
    }

    std::mutex m_mutex;
    std::map<std::string, http::Response> m_answers;
    std::unique_ptr<http::Listener> m_listener;
};

} // namespace heartline::test
